import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { useTitle } from '../lib/use-title.ts';
import { buttonClass } from '../ui/button-class.ts';
import { EmptyState } from '../ui/empty-state.tsx';

export const NotFound = () => {
  useTitle('Not found');
  return (
    <EmptyState
      className="flex-1"
      icon={<Compass />}
      title="There is no page at this address"
      action={
        <Link to="/" className={buttonClass()}>
          Go to the overview
        </Link>
      }
    >
      The link may be from an older version, or incomplete.
    </EmptyState>
  );
};
