import type { Case } from '../case.ts';

import type { Lane } from '../lane.ts';
import type { Remedy } from '../plans/remedy.ts';
import type { QueueMessage } from '../tools/platform.ts';
import { clock, span } from '../words.ts';
import { type CauseFinder, type Clue, risesOf, type Tested } from './cause.ts';

/** A message that failed so often fails for a reason of its own. */
const MANY_ATTEMPTS = 3;
/** So few others prove nothing: two messages that fail look like one that does. */
const LEAST_OTHERS = 2;
/** An error that tells of what the worker calls, not of the message that it has. */
const FROM_OUTSIDE =
  /answered 5\d\d|did not answer|time.?d? ?out|refused|reset|hang up|unavailable|locked|busy|no connection/i;
/** Between two looks at the queue: a worker that tries again and again has tried again by then. */
const WATCH_SCRAPES = 2.5;

const parkMessage = (queue: string, worker: string, message: QueueMessage): Remedy => {
  const { messageId, attempts, lastError } = message;
  const args = { queue, messageId };
  return {
    title: `Park ${messageId} of ${queue}`,
    description: `Puts aside the message that fails each time (${attempts} attempts: ${lastError ?? 'no error given'}), so that those behind it go on. It is kept and can be requeued.`,
    service: worker,
    risk: 'low',
    operation: { type: 'park_message', args },
    step: `Put ${messageId} aside`,
    command: `queue park ${queue} ${messageId}`,
    expectedEffect: `The next message is taken within seconds; the backlog drains in a minute or two`,
    facts: [
      {
        statement: `${messageId} is still in ${queue} and not parked`,
        observed: `${message.status}, ${attempts} attempts`,
        check: { kind: 'state', type: 'park_message', args, field: 'status', anyOf: ['ready', 'leased'] },
      },
      {
        statement: `${messageId} is what fails`,
        observed: lastError ?? `${attempts} attempts`,
        check: { kind: 'state', type: 'park_message', args, field: 'lastError', anyOf: [lastError ?? null] },
      },
    ],
    expect: [],
    undo: {
      reversibility: 'reversible',
      description: 'Puts the message back into the queue, where it blocks again unless the worker can take it by then',
      operation: { type: 'requeue_message', args },
      command: `queue requeue ${queue} ${messageId}`,
    },
    impact: {
      itself: 'Goes on with the next message',
      dependents: 'What waits for these messages catches up; this one message stays undone',
    },
  };
};

const test = async (work: Case, lane: Lane, queue: string, worker: string): Promise<Tested | undefined> => {
  const { platform, settings } = work;
  const watchMs = WATCH_SCRAPES * settings.scrapeEveryMs;
  const found = await lane.use(
    'watch_queue',
    `Is it always the same message of ${queue} that fails?`,
    { queue, watchMs },
    async () => {
      const first = await platform.queueMessages(queue, 20);
      await new Promise((resolve) => setTimeout(resolve, watchMs));
      const second = await platform.queueMessages(queue, 20);
      const lines = second.map(({ messageId, status, attempts, lastError }) => {
        const before = first.find((one) => one.messageId === messageId)?.attempts;
        return `${messageId} ${status}: ${before ?? '–'} → ${attempts} attempts${lastError === null || lastError === undefined ? '' : `, ${lastError}`}`;
      });
      return { value: { first, second }, says: `${second.length} messages`, lines };
    },
  );
  if (found === undefined) return undefined;
  const { second } = found.value;
  const active = second.filter(({ status }) => status !== 'parked');
  const worst = [...active].sort((a, b) => b.attempts - a.attempts)[0];
  const cite = lane.evidence(found, worst?.messageId ?? '', ({ second: now }) => {
    const shown = now.find(({ messageId }) => messageId === worst?.messageId);
    return {
      type: 'log',
      source: queue,
      severity: 'high',
      summary:
        shown === undefined
          ? `${worst?.messageId ?? 'The message'} is no longer in ${queue}`
          : `${shown.messageId}: ${shown.attempts} attempts, ${shown.lastError ?? 'no error'}; ${now.length - 1} wait behind it`,
    };
  });
  if (worst === undefined || worst.attempts < MANY_ATTEMPTS) {
    return { weight: 'strong against', because: `No message of ${queue} fails again and again`, cited: [cite()] };
  }
  const others = active.filter(({ messageId }) => messageId !== worst.messageId);
  const failing = others.filter(({ attempts }) => attempts > 1);
  if (FROM_OUTSIDE.test(worst.lastError ?? '')) {
    return {
      weight: 'strong against',
      because: `${worst.messageId} fails for what its worker calls (${worst.lastError ?? ''}), not for what is in it`,
      cited: [cite()],
    };
  }
  if (failing.length > others.length / 3) {
    return {
      weight: 'strong against',
      because: `${failing.length + 1} messages of ${queue} fail, not one: the trouble is not in a message`,
      cited: [cite()],
    };
  }
  if (others.length < LEAST_OTHERS) {
    return {
      weight: 'for',
      because: `${worst.messageId} failed ${worst.attempts} times; too few others wait to compare`,
      cited: [cite()],
    };
  }
  const error = worst.lastError ?? 'an error';
  return {
    weight: 'decisive for',
    because: `${worst.messageId} failed ${worst.attempts} times while ${others.length} others wait untried`,
    cited: [cite()],
    subject: worst.messageId,
    statement: `${worker} cannot take the message ${worst.messageId} of ${queue}, and all others wait behind it`,
    rootCause: `The message ${worst.messageId} of ${queue}, published at ${clock(Date.parse(worst.publishedAt))}, fails each time it is taken (${worst.attempts} attempts: ${error}). ${others.length} others wait behind it.`,
    chain: [
      { label: `${worst.messageId} was published`, at: Date.parse(worst.publishedAt), cited: [cite()] },
      { label: `${worker} takes it again and again: ${error}`, cited: [cite()] },
    ],
    remedies: [parkMessage(queue, worker, worst)],
  };
};

/** One message that its worker can't take, with all others waiting behind it. */
export const poisonMessage: CauseFinder = (facts) =>
  facts.infra.queues.flatMap(({ name: queue, depth, oldestAgeMs }) => {
    const worst = [...(facts.infra.messages.get(queue) ?? [])]
      .filter(({ status }) => status !== 'parked')
      .sort((a, b) => b.attempts - a.attempts)[0];
    const [failed] = risesOf(facts, { metric: 'queue_failed_total', labels: { queue } });
    const [deeper] = risesOf(facts, { metric: 'queue_depth', labels: { queue } });
    if (worst === undefined || (worst.attempts < 2 && failed === undefined && deeper === undefined)) return [];
    const worker =
      facts.graph?.services.find(
        ({ kind, dependsOn }) =>
          kind === 'worker' && dependsOn.some(({ service, via }) => service === queue || via === 'queue'),
      )?.name ?? 'worker';
    const citeMessages = facts.infra.citeMessages.get(queue);
    const isSymptom = facts.symptom.objective.kind === 'backlog';
    const clues: Clue[] = [
      ...(worst.attempts >= MANY_ATTEMPTS
        ? [
            {
              weight: 'strong for' as const,
              because: `${worst.messageId} was tried ${worst.attempts} times`,
              cite: citeMessages === undefined ? [] : [citeMessages],
            },
          ]
        : []),
      ...(failed === undefined
        ? []
        : [
            {
              weight: 'for' as const,
              because: `Messages of ${queue} fail: ${failed.after.toFixed(2)}/s`,
              cite: [failed.cite],
            },
          ]),
      ...(deeper === undefined
        ? []
        : [
            {
              weight: 'for' as const,
              because: `${queue} fills: ${deeper.before} → ${deeper.after}`,
              cite: [deeper.cite],
            },
          ]),
      ...(isSymptom
        ? []
        : [
            {
              weight: 'strong against' as const,
              because: `The backlog is not what is missed: ${depth} wait, the oldest ${span(oldestAgeMs ?? 0)}`,
              cite: [facts.symptom.cite],
            },
          ]),
    ];
    return [
      {
        kind: 'poison_message',
        service: worker,
        subject: worst.messageId,
        statement: `A message of ${queue} cannot be taken and holds up the others`,
        agentName: 'Infrastructure',
        prior: 0.15,
        why: `${queue} has a message that fails`,
        clues,
        check: 'Is it always the same message that fails, while the others wait untried?',
        test: (work, lane) => test(work, lane, queue, worker),
      },
    ];
  });
