import type { ErrorComponentProps } from '@tanstack/react-router';
import { ErrorState } from '../ui/error-state.tsx';

export const PageError = ({ reset }: ErrorComponentProps) => (
  <ErrorState className="flex-1" title="This page could not be shown" onRetry={reset}>
    Something in it failed, or it could not be loaded. The live connection goes on.
  </ErrorState>
);
