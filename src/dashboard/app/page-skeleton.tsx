import { Page } from '../ui/page.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';

export const PageSkeleton = () => (
  <Page>
    <SkeletonRows label="Loading the page" count={8} />
  </Page>
);
