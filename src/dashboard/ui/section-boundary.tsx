import type { ReactNode } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { ErrorState } from './error-state.tsx';

type SectionBoundaryProps = { name: string; resetKeys?: unknown[] | undefined; children: ReactNode };

/** Keeps what breaks in one section from taking the page along. */
export const SectionBoundary = ({ name, resetKeys, children }: SectionBoundaryProps) => (
  <ErrorBoundary
    {...(resetKeys !== undefined && { resetKeys })}
    fallbackRender={({ resetErrorBoundary }) => (
      <ErrorState title={`${name} could not be shown`} onRetry={resetErrorBoundary}>
        Something in this section failed. Nothing is lost; the rest of the page goes on.
      </ErrorState>
    )}
  >
    {children}
  </ErrorBoundary>
);
