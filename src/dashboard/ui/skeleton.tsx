import { clsx } from 'clsx';
import { useHeldPlace } from './on-demand.tsx';

/** Holds the place of what is loading; `className` gives the size. */
export const Skeleton = ({ className }: { className?: string | undefined }) => {
  useHeldPlace();
  return <span aria-hidden="true" className={clsx('block animate-breathe rounded-sm bg-hover', className)} />;
};

const rowKeys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

/** Rows as a list will have them, with one text for screen readers. */
export const SkeletonRows = ({
  count = 3,
  label,
  className,
}: {
  count?: number;
  label: string;
  className?: string;
}) => (
  <div className={clsx('flex flex-col gap-2', className)}>
    <span className="sr-only">{label}</span>
    {rowKeys.slice(0, count).map((key) => (
      <Skeleton key={key} className="h-9 w-full" />
    ))}
  </div>
);
