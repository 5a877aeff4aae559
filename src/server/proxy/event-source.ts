import { backoffMs } from '../../protocol/backoff.ts';

/** One server-sent event; `id` is the newest that the stream has named. */
export type ServerSentEvent = { id: string; type: string; data: string };

/** A broken upstream can make us hold no more than this much of an event. */
const MAX_EVENT_CHARS = 4 * 1024 * 1024;
/** It is kept, and goes back in a header. */
const MAX_ID_CHARS = 1_024;
const WAITS = { firstMs: 1_000, capMs: 30_000 };

/** Reads lines into events as the HTML standard says, §9.2.6, less the retry field. */
export const createEventParser = (onEvent: (event: ServerSentEvent) => void) => {
  let rest = '';
  let id = '';
  let type = '';
  let data: string[] = [];
  /** Of `rest` and `data`, an empty line of which takes room too. */
  let held = 0;
  let isHalf = false;

  const hold = (characters: number): void => {
    held += characters;
    if (held > MAX_EVENT_CHARS) throw new Error('an event is too large');
  };

  const takeLine = (line: string): void => {
    if (line === '') {
      if (data.length > 0) onEvent({ id, type: type === '' ? 'message' : type, data: data.join('\n') });
      type = '';
      data = [];
      held = 0;
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') {
      data.push(value);
      hold(value.length + 1);
    }
    if (field === 'event') type = value;
    else if (field === 'id' && !value.includes('\0') && value.length <= MAX_ID_CHARS) id = value;
  };

  return (text: string): void => {
    // Of a long line only what is new is looked at.
    if (!isHalf && !/[\r\n]/.test(text)) {
      rest += text;
      return hold(text.length);
    }
    held -= rest.length;
    // A carriage return at the end may be half of a line's end.
    const whole = `${rest}${isHalf ? '\r' : ''}${text}`;
    isHalf = whole.endsWith('\r');
    const lines = (isHalf ? whole.slice(0, -1) : whole).split(/\r\n|\r|\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) takeLine(line);
    hold(rest.length);
  };
};

export type EventSourceOptions = {
  url: URL;
  /** Asked for at every try: a token may have been renewed since the last. */
  headers: () => Record<string, string>;
  /** The id after which to begin; undefined: with what is new. */
  lastEventId: string | undefined;
  signal: AbortSignal;
  /** The next events are read once this has resolved. */
  onEvent: (event: ServerSentEvent) => Promise<void>;
  /** Why it is tried again, or not; `status` is 0 where there was no answer. */
  onBreak: (status: number) => void;
};

const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/**
 * Reads a stream of server-sent events until the signal, again after each break and from the last id on. It ends by
 * itself where the answer says that there is none for this caller (4xx but 408 and 429). Never rejects.
 */
export const readEventSource = async (options: EventSourceOptions): Promise<void> => {
  const { signal } = options;
  let { lastEventId } = options;
  let attempt = 0;

  const readOnce = async (): Promise<number> => {
    const response = await fetch(options.url, {
      headers: {
        ...options.headers(),
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      redirect: 'manual',
      signal,
    });
    if (response.status !== 200 || response.body === null) {
      await response.body?.cancel();
      return response.status;
    }
    const events: ServerSentEvent[] = [];
    const parse = createEventParser((event) => events.push(event));
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      parse(decoder.decode(chunk, { stream: true }));
      for (const event of events.splice(0)) {
        await options.onEvent(event);
        if (event.id !== '') lastEventId = event.id;
        attempt = 0;
      }
    }
    return response.status;
  };

  while (!signal.aborted) {
    const status = await readOnce().catch(() => 0);
    if (signal.aborted) return;
    options.onBreak(status);
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) return;
    await wait(backoffMs(attempt, Math.random, WAITS), signal);
    attempt += 1;
  }
};
