import { finished, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import { incidentEvents } from '../../protocol/down.ts';
import { Id } from '../../protocol/ids.ts';
import { IncidentStatus, Severity } from '../../protocol/values.ts';
import { ApiProblem } from '../api-problem.ts';
import { MAX_NESTING, nestsWithin } from '../incidents/nesting.ts';
import { createDigest } from '../incidents/record-text.ts';

/** More than any event has, for each has come in one frame of an agent. One line is parsed in one go. */
const MAX_LINE_CHARS = 17 * 1024 * 1024;
/** So much is parsed and written at a time: everybody else has a turn before the next. */
const PART_EVENTS = 200;
const PART_CHARS = 1024 * 1024;

const Head = z.looseObject({
  type: z.literal('incident'),
  incidentId: Id,
  title: z.string().min(1).max(300),
  severity: Severity,
  status: IncidentStatus,
  createdAt: z.iso.datetime({ offset: true }),
  description: z.string().optional(),
});
const Line = z.looseObject({
  type: z.literal('event'),
  method: z.string().min(1).max(200),
  params: z.looseObject({ eventId: Id }),
});
const End = z.looseObject({ type: z.literal('end'), events: z.int().nonnegative(), digest: z.string() });

const broken = (line: number, what: string): ApiProblem =>
  new ApiProblem(400, 'validation_error', `line ${line}: ${what}`);

const parseLine = (text: string, line: number): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw broken(line, 'is not JSON');
  }
};

const readHead = (text: string): z.infer<typeof Head> => {
  const head = Head.safeParse(parseLine(text, 1));
  if (!head.success) throw broken(1, 'must be the incident');
  return head.data;
};

/** Only what may be in an incident's stream: by other methods the server knows what is its own. */
const readEvent = (text: string, line: number): z.infer<typeof Line> => {
  const event = Line.safeParse(parseLine(text, line));
  if (!event.success || !nestsWithin(event.data.params, MAX_NESTING)) throw broken(line, 'must be an event');
  if (!Object.hasOwn(incidentEvents, event.data.method)) {
    throw broken(line, `“${event.data.method}” is no event of an incident`);
  }
  return event.data;
};

type Head = z.infer<typeof Head>;
type RecordedEvent = z.infer<typeof Line>;

/** The events in their order, some at a time. */
function* partsOf(lines: readonly string[]): Generator<readonly RecordedEvent[]> {
  for (let from = 0; from < lines.length; ) {
    let to = from;
    for (let chars = 0; to < lines.length && to - from < PART_EVENTS && chars < PART_CHARS; to += 1) {
      chars += lines[to]?.length ?? 0;
    }
    const first = from;
    yield lines.slice(from, to).map((text, index) => readEvent(text, first + index + 2));
    from = to;
  }
}

/** Takes the lines of a record one after the other; throws a 400 that names the line that is not as it was written. */
const createLines = () => {
  const digest = createDigest();
  /** As texts, which take far less memory than what they say. */
  const events: string[] = [];
  let head: Head | undefined;
  /** Whether it is the end is known once no other follows. */
  let newest: string | undefined;
  let taken = 0;

  const settle = (text: string): void => {
    digest.add(`${text}\n`);
    if (head === undefined) head = readHead(text);
    else {
      readEvent(text, taken);
      events.push(text);
    }
  };

  return {
    take(text: string): void {
      if (text.trim() === '') return;
      if (newest !== undefined) settle(newest);
      newest = text;
      taken += 1;
    },
    /** To be asked while a line is coming, of what there is of it. */
    mustFit(text: string): void {
      if (text.length > MAX_LINE_CHARS) throw broken(taken + 1, 'is too long');
    },
    end(): { head: Head; parts: () => Generator<readonly RecordedEvent[]>; count: number } {
      const known = head ?? readHead(newest ?? '');
      const last = Math.max(1, taken);
      const end = End.safeParse(parseLine(newest ?? '', last));
      if (!end.success) throw broken(last, 'must be the end of the record');
      if (end.data.events !== events.length || end.data.digest !== digest.value()) {
        throw broken(last, 'the digest does not fit: the record was changed or cut');
      }
      return { head: known, parts: () => partsOf(events), count: events.length };
    },
  };
};

export type ReceivedRecord = {
  /** Throws where what has come is no record, or was changed. */
  read: ReturnType<typeof createLines>['end'];
  /** Names the bytes that have come, so that a body need not be written out to be compared with another. */
  toJSON(): string;
};

export const isReceivedRecord = (body: unknown): body is ReceivedRecord =>
  typeof body === 'object' && body !== null && 'read' in body && typeof body.read === 'function';

/**
 * Reads a record as it comes, a piece at a time, so that nobody else waits for it. What is wrong with it is told once all
 * of it has come: whoever is still sending might not hear it.
 */
export const receiveRecord = (payload: Readable, mostBytes: number, announced: number): Promise<ReceivedRecord> =>
  new Promise((resolve, reject) => {
    const tooLarge = new ApiProblem(413, 'payload_too_large', 'The record is too large.');
    if (announced > mostBytes) return reject(tooLarge);
    const bytes = createDigest();
    const decoder = new StringDecoder('utf8');
    const lines = createLines();
    let received = 0;
    let rest = '';
    let problem: unknown;
    const attempt = (act: () => void): void => {
      if (problem !== undefined) return;
      try {
        act();
      } catch (error) {
        problem = error;
      }
    };
    const take = (text: string): void => {
      const [first = '', ...others] = text.split('\n');
      rest += first;
      for (const other of others) {
        lines.take(rest);
        rest = other;
      }
      lines.mustFit(rest);
    };

    payload.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > mostBytes) return reject(tooLarge);
      bytes.add(chunk);
      attempt(() => take(decoder.write(chunk)));
    });
    finished(payload, (error) => {
      if (error) return reject(new ApiProblem(400, 'validation_error', 'The record did not come to its end.'));
      attempt(() => {
        take(decoder.end());
        lines.take(rest);
      });
      const name = bytes.value();
      resolve({
        read() {
          if (problem !== undefined) throw problem;
          return lines.end();
        },
        toJSON: () => name,
      });
    });
  });
