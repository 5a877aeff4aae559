import { AuditPage, ListAudit, VerifyAnswer, VerifyAudit } from '../../protocol/api-steering.ts';
import { verifyEntries } from '../audit/chain.ts';
import type { ApiDeps } from './context.ts';
import { decodeCursor, encodeCursor, unknownCursor } from './cursor.ts';
import { type Route, route } from './route.ts';

export const auditRoutes = ({ audit }: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v1/audit',
    summary: 'Who did what, newest first.',
    access: 'admin',
    query: ListAudit,
    answer: AuditPage,
    async handle({ caller, query }) {
      const matching = (await audit.entries(caller.tenantId))
        .filter(
          (entry) =>
            (query.actorType === undefined || entry.actorType === query.actorType) &&
            (query.action === undefined || entry.action === query.action) &&
            (query.incidentId === undefined || entry.incidentId === query.incidentId) &&
            (query.from === undefined || Date.parse(entry.timestamp) >= Date.parse(query.from)) &&
            (query.to === undefined || Date.parse(entry.timestamp) <= Date.parse(query.to)),
        )
        .reverse();
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, 1)[0];
      const from = after === undefined ? 0 : matching.findIndex(({ auditId }) => auditId === after) + 1;
      if (after !== undefined && from === 0) throw unknownCursor();
      const items = matching.slice(from, from + query.limit);
      const last = items.at(-1);
      const hasMore = last !== undefined && from + items.length < matching.length;
      return { items, total: matching.length, nextCursor: hasMore ? encodeCursor([last.auditId]) : null };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/audit/verify',
    summary: 'Computes the hashes of entries anew and compares them, each with its place in the chain.',
    access: 'admin',
    body: VerifyAudit,
    answer: VerifyAnswer,
    async handle({ caller, body: { auditIds } }) {
      const chain = await audit.entries(caller.tenantId);
      const results = [...verifyEntries(chain, auditIds)];
      return { results, allVerified: results.every(({ verified }) => verified) };
    },
  }),
];
