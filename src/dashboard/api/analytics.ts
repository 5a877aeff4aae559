import { type QueryClient, useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { Analytics } from '../../protocol/api-steering.ts';
import { Severity } from '../../protocol/values.ts';
import { isTransient, read } from './request.ts';

export type Period = '7d' | '30d' | '90d';

/** A server need not name the severities that nothing had. */
const Figures = Analytics.extend({ bySeverity: z.partialRecord(Severity, z.number()) });

const REFRESH_MS = 60_000;
/** However many incidents change, the figures are asked for no more often than this. */
const AFTER_CHANGE_MS = 2_000;

const ANALYTICS = 'analytics';

export const useAnalytics = (period: Period) =>
  useQuery({
    queryKey: [ANALYTICS, period],
    queryFn: () => read(`/v1/analytics/incidents?period=${period}`, Figures),
    refetchInterval: ({ state }) => (state.error === null ? REFRESH_MS : false),
    retry: (count, error) => count < 3 && isTransient(error),
  });

const waiting = new WeakSet<QueryClient>();

/** Asks for the figures anew where they are shown, a moment after an incident has changed. */
export const refreshAnalyticsSoon = (client: QueryClient): void => {
  if (waiting.has(client)) return;
  waiting.add(client);
  setTimeout(() => {
    waiting.delete(client);
    void client.invalidateQueries({ queryKey: [ANALYTICS] });
  }, AFTER_CHANGE_MS);
};
