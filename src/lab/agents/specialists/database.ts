import type { Case } from '../case.ts';
import type { InfraFacts } from '../facts.ts';
import type { Lane } from '../lane.ts';
import { span, trim } from '../words.ts';

/** Open transactions and connections: who holds what, and who waits. */
export const readDatabase = async (work: Case, lane: Lane, infra: InfraFacts): Promise<void> => {
  const { platform } = work;
  lane.status('running', 'Locks and connections');
  const transactions = await lane.use(
    'list_transactions',
    'Is a transaction open for long, holding the lock?',
    {},
    async () => {
      const value = await platform.transactions();
      const lines = value.map(
        ({ transactionId, service, job, ageMs, holdsWriteLock, statement }) =>
          `${transactionId} of ${service}${job === undefined || job === null ? '' : ` (${job})`}: open ${span(ageMs)}${holdsWriteLock ? ', holds the write lock' : ''}: ${trim(statement ?? '', 200)}`,
      );
      return { value, says: value.length === 0 ? 'none is open' : `${value.length} open`, lines };
    },
  );
  if (transactions !== undefined) {
    infra.transactions = transactions.value;
    const held = transactions.value.find(({ holdsWriteLock }) => holdsWriteLock);
    infra.cite.transactions = lane.evidence(transactions, held?.transactionId ?? '', (value) => ({
      type: 'log',
      source: 'database',
      severity: 'high',
      summary:
        value
          .filter(({ holdsWriteLock }) => holdsWriteLock)
          .map(({ transactionId, job, ageMs }) => `${job ?? transactionId} holds the write lock since ${span(ageMs)}`)
          .join('; ') || 'No transaction holds the write lock',
    }));
  }
  const pools = await lane.use('list_pools', 'Is a pool of connections used up?', {}, async () => {
    const value = await platform.pools();
    const lines = value.map(
      ({ service, pool, size, inUse, waiting }) => `${service} ${pool}: ${inUse} of ${size} in use, ${waiting} wait`,
    );
    return { value, says: lines.join('; ') || 'no pool', lines };
  });
  if (pools === undefined) return;
  infra.pools = pools.value;
  const fullest = [...pools.value].sort((a, b) => b.inUse / b.size - a.inUse / a.size)[0];
  infra.cite.pools = lane.evidence(
    pools,
    fullest === undefined ? '' : `${fullest.service} ${fullest.pool}`,
    (value) => ({
      type: 'metric',
      source: 'platform',
      severity: 'medium',
      summary: value
        .map(
          ({ service, pool, size, inUse, waiting }) =>
            `${service} ${pool}: ${inUse} of ${size} in use, ${waiting} wait`,
        )
        .join('; '),
    }),
  );
};
