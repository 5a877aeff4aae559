import { type ReactNode, useMemo } from 'react';
import { closingOf } from '../../incident/closed.ts';
import { ClosingContext } from './closing.ts';

type ClosingProviderProps = {
  /** undefined until it is known. */
  incident: { status: string; updatedAt?: string } | undefined;
  children: ReactNode;
};

/** Shows what is below as it is for an incident of this status: where that is over, nobody works on. */
export const ClosingProvider = ({ incident, children }: ClosingProviderProps) => {
  const { status, updatedAt } = incident ?? {};
  const closing = useMemo(() => closingOf(status, updatedAt), [status, updatedAt]);
  return <ClosingContext value={closing}>{children}</ClosingContext>;
};
