import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

export type Message = {
  messageId: string;
  status: 'ready' | 'leased' | 'parked';
  attempts: number;
  publishedAt: number;
  leasedUntil: number;
  lastError?: string;
  traceparent?: string;
  body: unknown;
};

const LEASE_MS = 15_000;
const MOST_MESSAGES = 5_000;

const isMessages = (value: unknown): value is Message[] =>
  Array.isArray(value) && value.every((one: unknown) => typeof one === 'object' && one !== null && 'messageId' in one);

const readKept = (file: string): Message[] => {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    rmSync(file);
    return isMessages(kept) ? kept : [];
  } catch {
    // There is none after a first start, and half of one after a crash.
    return [];
  }
};

/** Messages in order: each is delivered until it is acknowledged or parked, and none before those ahead of it. */
export const createMessageStore = (file: string, now: () => number) => {
  let messages = readKept(file);
  const find = (messageId: string): Message | undefined => messages.find((one) => one.messageId === messageId);
  const waiting = (): Message[] => messages.filter(({ status }) => status !== 'parked');

  return {
    find,
    publish: (body: unknown, traceparent: string | undefined): Message => {
      if (messages.length >= MOST_MESSAGES) throw new Error('the queue is full');
      const message: Message = {
        messageId: `msg_${randomBytes(8).toString('hex')}`,
        status: 'ready',
        attempts: 0,
        publishedAt: now(),
        leasedUntil: 0,
        ...(traceparent === undefined ? {} : { traceparent }),
        body,
      };
      messages.push(message);
      return message;
    },
    /** The first that is not parked, unless somebody works on it. */
    lease: (): Message | undefined => {
      const [first] = waiting();
      if (first === undefined || (first.status === 'leased' && first.leasedUntil > now())) return undefined;
      first.status = 'leased';
      first.leasedUntil = now() + LEASE_MS;
      first.attempts += 1;
      return first;
    },
    done: (messageId: string): void => {
      messages = messages.filter((one) => one.messageId !== messageId);
    },
    failed: (messageId: string, error: string): void => {
      const message = find(messageId);
      if (message === undefined || message.status === 'parked') return;
      message.status = 'ready';
      message.lastError = error;
    },
    park: (messageId: string, parked: boolean): void => {
      const message = find(messageId);
      if (message !== undefined) message.status = parked ? 'parked' : 'ready';
    },
    clear: (): void => {
      messages = [];
    },
    state: () => {
      const queued = waiting();
      const [oldest] = queued;
      return {
        depth: queued.length,
        inFlight: queued.filter(({ status }) => status === 'leased').length,
        parked: messages.length - queued.length,
        oldestAgeMs: oldest === undefined ? 0 : now() - oldest.publishedAt,
      };
    },
    list: (limit: number): Message[] => messages.slice(0, limit),
    /** For the next start: a restart loses nothing. */
    keep: (): void => writeFileSync(file, JSON.stringify(messages)),
  };
};
