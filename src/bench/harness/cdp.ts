import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { CHROMIUM_ARGS } from '../../tools/browser-launch.ts';

const ARGS = [
  '--headless',
  '--remote-debugging-pipe',
  // A tab that is measured is not slowed down because another window lies over it.
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
];

/** What separates two messages in the pipe. */
const END = '\0';

const Message = z.object({
  id: z.number().optional(),
  sessionId: z.string().optional(),
  method: z.string().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Message = z.infer<typeof Message>;

type Waiting = { sessionId: string | undefined; resolve(result: unknown): void; reject(error: Error): void };

export type Cdp = {
  /** Calls a method of the Chrome DevTools Protocol, of a tab where its session is named. */
  send(method: string, params?: object, sessionId?: string): Promise<unknown>;
  /** Resolves with the next event of that name in the session. */
  next(method: string, sessionId: string): Promise<unknown>;
  close(): Promise<void>;
};

/**
 * A Chromium of its own that is driven by the Chrome DevTools Protocol alone. Playwright has the browser report each
 * request with the stack of who made it, and each frame of a socket with what is in it: that is most of a page's first
 * second, and grows with what a bench sends.
 */
export const launchChromium = async (executablePath: string): Promise<Cdp> => {
  const profile = await mkdtemp(join(tmpdir(), 'causeflow-bench-'));
  const child = spawn(executablePath, [...ARGS, `--user-data-dir=${profile}`, ...CHROMIUM_ARGS, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const toBrowser = child.stdio[3] as Writable;
  const fromBrowser = child.stdio[4] as Readable;
  /** For the answer to a call by its id, or for an event by its session and name. */
  const waiting = new Map<number | string, Waiting>();
  let lastId = 0;

  const giveUp = (why: string, isConcerned: (one: Waiting) => boolean): void => {
    for (const [id, one] of waiting) {
      if (!isConcerned(one)) continue;
      waiting.delete(id);
      one.reject(new Error(why));
    }
  };
  const onMessage = ({ id, sessionId, method, result, error }: Message): void => {
    if (id === undefined) {
      // Nobody is answered by a tab that is gone.
      if (method === 'Inspector.targetCrashed') giveUp('The tab crashed.', (one) => one.sessionId === sessionId);
    }
    const key = id ?? `${sessionId} ${method}`;
    const one = waiting.get(key);
    waiting.delete(key);
    if (error === undefined) one?.resolve(result);
    else one?.reject(new Error(error.message));
  };
  let rest = '';
  fromBrowser.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split(END);
    rest = messages.pop() ?? '';
    for (const one of messages) onMessage(Message.parse(JSON.parse(one)));
  });
  toBrowser.on('error', () => undefined);
  child.on('close', () => giveUp('The browser is gone.', () => true));

  const send: Cdp['send'] = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { sessionId, resolve, reject });
      toBrowser.write(JSON.stringify({ id: lastId, method, params, sessionId }) + END);
    });

  return {
    send,
    next: (method, sessionId) =>
      new Promise((resolve, reject) => {
        waiting.set(`${sessionId} ${method}`, { sessionId, resolve, reject });
      }),
    async close() {
      await send('Browser.close').catch(() => undefined);
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
