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
  results: z.array(z.looseObject({ auditId: z.string(), verified: z.boolean() })),
});

/** What the server checks in one call. */
const VERIFY_MOST = 100;

export type AuditFilters = {
  action?: string | undefined;
  actor?: string | undefined;
  incident?: string | undefined;
  /** ISO 8601, both included. */
  from?: string | undefined;
  to?: string | undefined;
};

const PAGE = '100';

const readPage = ({ action, actor, incident, from, to }: AuditFilters, cursor: string) => {
  const search = new URLSearchParams({ limit: PAGE });
  if (action !== undefined) search.set('action', action);
  if (actor !== undefined) search.set('actorType', actor);
  if (incident !== undefined) search.set('incidentId', incident);
  if (from !== undefined) search.set('from', from);
  if (to !== undefined) search.set('to', to);
  if (cursor !== '') search.set('cursor', cursor);
  return read(`/v1/audit?${search}`, AuditPage);
};

export const useAudit = (enabled: boolean, filters: AuditFilters = {}) =>
  useInfiniteQuery({
    queryKey: ['audit', filters],
    initialPageParam: '',
    queryFn: ({ pageParam }) => readPage(filters, pageParam),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    retry: (count, error) => count < 3 && isTransient(error) && !isMissing(error),
    enabled,
  });

/** Every entry that the filters let through, also those that are not listed yet. */
export const readAllAudit = async (filters: AuditFilters): Promise<AuditItem[]> => {
  const items: AuditItem[] = [];
  let cursor = '';
  do {
    const page = await readPage(filters, cursor);
    items.push(...page.items);
    cursor = page.nextCursor ?? '';
  } while (cursor !== '');
  return items;
};

export type Verified = { checked: number; altered: ReadonlySet<string> };

/** Has the server compute the hashes of these entries again: of those given, or of all that the filters let through. */
export const useVerifyAudit = () =>
  useMutation({
    mutationFn: async (what: { items: readonly AuditItem[] } | { filters: AuditFilters }): Promise<Verified> => {
      const items = 'items' in what ? what.items : await readAllAudit(what.filters);
      const altered = new Set<string>();
      let checked = 0;
      for (let start = 0; start < items.length; start += VERIFY_MOST) {
        const auditIds = items.slice(start, start + VERIFY_MOST).map((item) => item.auditId);
        const { results } = Verification.parse(await write('POST', '/v1/audit/verify', { auditIds }));
        checked += results.length;
        for (const result of results) if (!result.verified) altered.add(result.auditId);
      }
      return { checked, altered };
    },
  });

/** A server that keeps no audit answers so. */
export const isMissing = (error: unknown): boolean =>
  error instanceof ApiFailure && (error.status === 404 || error.status === 501);
