import { useQuery } from '@tanstack/react-query';
import { Analytics } from '../../protocol/api-steering.ts';
import { isTransient, read } from './request.ts';

export type Period = '7d' | '30d' | '90d';

const REFRESH_MS = 60_000;

export const useAnalytics = (period: Period) =>
  useQuery({
    queryKey: ['analytics', period],
    queryFn: () => read(`/v1/analytics/incidents?period=${period}`, Analytics),
    refetchInterval: ({ state }) => (state.error === null ? REFRESH_MS : false),
    retry: (count, error) => count < 3 && isTransient(error),
  });
