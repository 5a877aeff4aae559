import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { z } from 'zod';
import { ApiFailure, isTransient, read, write } from './request.ts';

const AuditItem = z.looseObject({
  auditId: z.string(),
  timestamp: z.string(),
  action: z.string(),
  actorType: z.string(),
  actorId: z.string().nullish(),
  actorEmail: z.string().nullish(),
  incidentId: z.string().nullish(),
});
export type AuditItem = z.infer<typeof AuditItem>;

const AuditPage = z.looseObject({ items: z.array(AuditItem), total: z.number(), nextCursor: z.string().nullish() });
const Verification = z.looseObject({
  allVerified: z.boolean(),
  results: z.array(z.looseObject({ verified: z.boolean() })),
});

/** What the server checks in one call. */
const VERIFY_MOST = 100;

export type AuditFilters = {
  action?: string | undefined;
  actor?: string | undefined;
  incident?: string | undefined;
};

const PAGE = '50';

export const useAudit = (enabled: boolean, { action, actor, incident }: AuditFilters = {}) =>
  useInfiniteQuery({
    queryKey: ['audit', { action, actor, incident }],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const search = new URLSearchParams({ limit: PAGE });
      if (action !== undefined) search.set('action', action);
      if (actor !== undefined) search.set('actorType', actor);
      if (incident !== undefined) search.set('incidentId', incident);
      if (pageParam !== '') search.set('cursor', pageParam);
      return read(`/v1/audit?${search}`, AuditPage);
    },
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    retry: (count, error) => count < 3 && isTransient(error) && !isMissing(error),
    enabled,
  });

/** Has the server compute the hashes of these entries again. */
export const useVerifyAudit = () =>
  useMutation({
    mutationFn: async (items: readonly AuditItem[]) => {
      const counts = { checked: 0, altered: 0 };
      for (let start = 0; start < items.length; start += VERIFY_MOST) {
        const auditIds = items.slice(start, start + VERIFY_MOST).map((item) => item.auditId);
        const { results } = Verification.parse(await write('POST', '/v1/audit/verify', { auditIds }));
        counts.checked += results.length;
        counts.altered += results.filter((result) => !result.verified).length;
      }
      return counts;
    },
  });

/** A server that keeps no audit answers so. */
export const isMissing = (error: unknown): boolean =>
  error instanceof ApiFailure && (error.status === 404 || error.status === 501);
