import { Analytics, AnalyticsQuery } from '../../protocol/api-steering.ts';
import { Severity } from '../../protocol/values.ts';
import type { ApiDeps } from './context.ts';
import { type Route, route } from './route.ts';

const DAY_MS = 86_400_000;
const DAYS = { '7d': 7, '30d': 30, '90d': 90 } as const;

export const analyticsRoutes = ({ records, now }: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v1/analytics/incidents',
    summary: 'How many incidents there were, how many ended, and how fast.',
    access: 'anybody',
    query: AnalyticsQuery,
    answer: Analytics,
    handle({ caller, query: { period } }) {
      const since = now() - DAYS[period] * DAY_MS;
      const incidents = records.incidents(caller.tenantId).filter(({ createdAt }) => Date.parse(createdAt) >= since);
      const durationsS = incidents.flatMap(({ createdAt, resolvedAt }) =>
        resolvedAt === null ? [] : [(Date.parse(resolvedAt) - Date.parse(createdAt)) / 1000],
      );
      return {
        totalIncidents: incidents.length,
        resolvedIncidents: durationsS.length,
        mttr: durationsS.length === 0 ? 0 : Math.round(durationsS.reduce((sum, s) => sum + s, 0) / durationsS.length),
        resolutionRate: incidents.length === 0 ? 0 : durationsS.length / incidents.length,
        bySeverity: Object.fromEntries(
          Severity.options.map((severity) => [severity, incidents.filter((one) => one.severity === severity).length]),
        ) as Record<Severity, number>,
      };
    },
  }),
];
