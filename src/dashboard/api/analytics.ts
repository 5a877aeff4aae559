import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { Analytics } from '../../protocol/api-steering.ts';
import { Severity } from '../../protocol/values.ts';
import { isTransient, read } from './request.ts';

export type Period = '7d' | '30d' | '90d';

/** A server need not name the severities that nothing had. */
const Figures = Analytics.extend({ bySeverity: z.partialRecord(Severity, z.number()) });

const REFRESH_MS = 60_000;

export const useAnalytics = (period: Period) =>
  useQuery({
    queryKey: ['analytics', period],
    queryFn: () => read(`/v1/analytics/incidents?period=${period}`, Figures),
    refetchInterval: ({ state }) => (state.error === null ? REFRESH_MS : false),
    retry: (count, error) => count < 3 && isTransient(error),
  });
