import type { Case } from '../case.ts';
import type { Facts } from '../facts.ts';
import type { Lane } from '../lane.ts';
import type { Remedy } from '../plans/remedy.ts';
import { restartService } from '../plans/roll-back.ts';
import type { Transaction } from '../tools/platform.ts';
import { clock, seconds, span, trim } from '../words.ts';
import { type CauseFinder, type Clue, changesOf, risesOf, type Tested } from './cause.ts';

/** A writer that takes longer makes others wait for seconds. */
const LONG_MS = 4_000;

const kill = ({ transactionId, service, job, ageMs, startedAt, statement }: Transaction): Remedy => {
  const args = { transactionId };
  const name = job ?? transactionId;
  return {
    title: `End the transaction of ${name}`,
    description: `${name} holds the write lock of ${service} for ${span(ageMs)}. Ending it rolls back what it has written so far (${trim(statement ?? '', 160)}); the job can be run again in smaller parts.`,
    service,
    risk: 'medium',
    operation: { type: 'kill_transaction', args },
    step: `End ${transactionId}`,
    command: `transactions kill ${transactionId}`,
    expectedEffect: 'The lock is free within a second; writes that wait go on',
    facts: [
      {
        statement: `${transactionId} is still open`,
        observed: `open for ${span(ageMs)}`,
        check: { kind: 'state', type: 'kill_transaction', args, field: 'present', anyOf: [true] },
      },
      {
        statement: 'It still holds the write lock',
        observed: 'holds it',
        check: { kind: 'state', type: 'kill_transaction', args, field: 'holdsWriteLock', anyOf: [true] },
      },
      {
        statement: `It is the one that began at ${clock(Date.parse(startedAt))}`,
        observed: startedAt,
        check: { kind: 'state', type: 'kill_transaction', args, field: 'startedAt', anyOf: [startedAt] },
      },
    ],
    expect: ['present', 'holdsWriteLock'],
    undo: {
      reversibility: 'costly',
      description: `What ${name} had written is rolled back; the job has to be started again by its owner, at a quiet time`,
    },
    impact: { itself: 'Writes go on; the job’s work so far is lost', dependents: 'Stop waiting' },
  };
};

const test = async (work: Case, lane: Lane, facts: Facts, transaction: Transaction): Promise<Tested | undefined> => {
  const { transactionId, service, job } = transaction;
  const found = await lane.use(
    'check_transaction',
    `Does ${job ?? transactionId} still hold the write lock, and do writes wait for it?`,
    { transactionId },
    async () => {
      const state = await work.platform.state({ type: 'kill_transaction', args: { transactionId } });
      const [waits] = await work.monitor.query({
        metric: 'db_write_wait_seconds',
        operation: 'mean',
        windowMs: work.settings.scrapeEveryMs * 5,
        where: {},
        from: Date.now() - 4 * 60_000,
      });
      const wait = waits?.points.at(-1)?.[1] ?? 0;
      const lines = [
        `${transactionId} (${String(state.job ?? '')}): present ${String(state.present)}, holds the write lock ${String(state.holdsWriteLock)}, since ${String(state.startedAt)}`,
        `writes wait ${seconds(wait)} on average`,
      ];
      return { value: { state, points: waits?.points ?? [], wait }, says: lines[0] ?? '', lines };
    },
  );
  if (found === undefined) return undefined;
  const { state, wait } = found.value;
  const cite = lane.evidence(found, transactionId, (value) => ({
    type: 'log',
    source: `${service} database`,
    severity: 'critical',
    summary: `${job ?? transactionId}: ${value.state.holdsWriteLock === true ? 'holds the write lock' : 'holds no lock'}; writes wait ${seconds(value.wait)}`,
    data: { kind: 'metric', name: `${service} write wait`, unit: 's', points: value.points },
  }));
  const started = Date.parse(transaction.startedAt);
  if (state.present !== true || state.holdsWriteLock !== true) {
    return { weight: 'against', because: `${job ?? transactionId} has ended meanwhile`, cited: [cite()] };
  }
  const rose =
    risesOf(facts, { metric: 'db_write_wait_seconds' })[0] ?? risesOf(facts, { metric: 'db_lock_timeouts_total' })[0];
  const fits = facts.onset.isAssumed || started <= facts.onset.at + 10_000;
  if (!fits || (rose === undefined && wait < 0.2)) {
    return {
      weight: 'strong against',
      because: fits ? 'No write waits for it' : `It began ${span(started - facts.onset.at)} after the onset`,
      cited: [cite()],
    };
  }
  const change = changesOf(facts, 'job').find((candidate) => candidate.change.title === job);
  const name = job ?? transactionId;
  const cited = [
    cite(),
    ...(rose === undefined ? [] : [rose.cite()]),
    ...(change === undefined ? [] : [change.cite()]),
  ];
  return {
    weight: 'decisive for',
    because: `${name} holds the one write lock since ${clock(started)}, and writes wait for it`,
    cited,
    changeId: change?.change.changeId ?? '',
    statement: `${name} holds the write lock of ${service}, and every write waits`,
    rootCause: `${name}${transaction.author === undefined || transaction.author === null ? '' : ` of ${transaction.author}`} holds the write lock of ${service} in one transaction since ${clock(started)} (${trim(transaction.statement ?? '', 160)}). Every other write waits for it${wait > 0.05 ? `, ${seconds(wait)} on average` : ''}.`,
    chain: [
      { label: `${name} began its transaction`, at: started, cited: [cite()] },
      { label: 'Writes wait for the lock and give up', at: facts.onset.at, cited },
    ],
    remedies: [
      kill(transaction),
      restartService(service, `A restart ends the transaction of ${name} with all else that is under way.`, [cite()]),
    ],
  };
};

/** One transaction that holds the write lock for long, with all other writes waiting. */
export const longTransaction: CauseFinder = (facts) =>
  facts.infra.transactions
    .filter(({ holdsWriteLock, ageMs }) => holdsWriteLock && ageMs >= LONG_MS)
    .map((transaction) => {
      const { service, job, transactionId, ageMs, startedAt } = transaction;
      // Who waits is whoever writes to the same database, not only the service of the transaction.
      const [wait] = risesOf(facts, { metric: 'db_write_wait_seconds' });
      const [timeouts] = risesOf(facts, { metric: 'db_lock_timeouts_total' });
      const logged = facts.logs.find((shift) => /lock|busy/i.test(shift.pattern));
      const citeTransactions = facts.infra.cite.transactions;
      const clues: Clue[] = [
        {
          weight: 'strong for',
          because: `${job ?? transactionId} holds the write lock for ${span(ageMs)}`,
          cite: citeTransactions === undefined ? [] : [citeTransactions],
        },
        ...(wait === undefined
          ? []
          : [
              {
                weight: 'strong for' as const,
                because: `Writes wait: ${seconds(wait.before)} → ${seconds(wait.after)}`,
                cite: [wait.cite],
              },
            ]),
        ...(timeouts === undefined
          ? []
          : [
              {
                weight: 'for' as const,
                because: `Writes give up waiting for the lock: ${timeouts.after.toFixed(2)}/s`,
                cite: [timeouts.cite],
              },
            ]),
        ...(logged === undefined
          ? []
          : [{ weight: 'for' as const, because: `${service} logs “${logged.pattern}”`, cite: [logged.cite] }]),
      ];
      return {
        kind: 'long_transaction',
        service,
        subject: job ?? transactionId,
        statement: `${job ?? transactionId} holds the write lock of ${service}`,
        agentName: 'Database',
        prior: 0.2,
        why: 'A transaction is open for long',
        clues,
        beganAt: Date.parse(startedAt),
        check: 'Does it still hold the lock, did it begin before the trouble, and do writes wait for it?',
        test: (work, lane) => test(work, lane, facts, transaction),
      };
    });
