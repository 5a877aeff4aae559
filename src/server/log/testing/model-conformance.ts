import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Append, AppendResult, EventLog, StreamName } from '../event-log.ts';

type Stored = { eventId: string; key: string; params: string; seq: number };

/** The port in a few lines of memory; takes the seqs from the adapter, which may leave holes. */
class Model {
  readonly #streams = new Map<string, Stored[]>();

  streamOf({ tenantId, stream }: StreamName): Stored[] {
    const name = JSON.stringify([tenantId, stream]);
    const stored = this.#streams.get(name) ?? [];
    this.#streams.set(name, stored);
    return stored;
  }

  /** Checks what an adapter answered and follows it. */
  check(append: Append, result: AppendResult): void {
    const stored = this.streamOf(append);
    const { events, expect: expected } = append;
    const isRetry = events.length > 0 && events.every(({ eventId }) => stored.some((one) => one.eventId === eventId));
    const newest = stored.findLast(({ key }) => key === expected?.key)?.seq ?? 0;
    if (expected && !isRetry && newest !== expected.seq) {
      expect(result).toEqual({ ok: false, seq: newest });
      return;
    }
    if (!result.ok) throw new Error(`Refused at ${result.seq}, though the expectation holds.`);
    expect(result.appended.map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId));
    events.forEach(({ eventId, key, params }, index) => {
      const present = stored.find((one) => one.eventId === eventId);
      const { seq = 0, duplicate } = result.appended[index] ?? {};
      expect(duplicate).toBe(present !== undefined);
      if (present) expect(seq).toBe(present.seq);
      else expect(seq).toBeGreaterThan(stored.at(-1)?.seq ?? 0);
      if (!present) stored.push({ eventId, key, params, seq });
    });
  }
}

const event = fc.record({
  eventId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
  method: fc.constantFrom('investigation.progress', 'hypothesis.created'),
  key: fc.constantFrom('', 'rem_1', 'rem_2'),
  params: fc.json(),
});

const append = fc.record({
  stream: fc.constantFrom('inc_1', 'inc_2'),
  events: fc.array(event, { maxLength: 4 }),
  /** How far behind the newest seq of the key the expectation is; undefined: no expectation. */
  expect: fc.option(fc.record({ key: event.map(({ key }) => key), behind: fc.constantFrom(0, 0, 0, 1) }), {
    nil: undefined,
  }),
});

export const describeModelConformance = (open: () => Promise<EventLog>): void => {
  test('any sequence of appends has the outcome that the port describes', async () => {
    const log = await open();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(append, { maxLength: 12 }), async (appends) => {
        run += 1;
        const tenantId = `ten_${run}`;
        const model = new Model();
        for (const { stream, events, expect: expected } of appends) {
          const newest = model.streamOf({ tenantId, stream }).findLast(({ key }) => key === expected?.key)?.seq ?? 0;
          const full: Append = {
            tenantId,
            stream,
            events,
            ...(expected && { expect: { key: expected.key, seq: newest + expected.behind } }),
          };
          model.check(full, await log.append(full));
        }
        for (const stream of ['inc_1', 'inc_2']) {
          const stored = model.streamOf({ tenantId, stream });
          const page = await log.read({ tenantId, stream, limit: 100 });
          expect(page.events.map(({ eventId, key, params, seq }) => ({ eventId, key, params, seq }))).toEqual(stored);
          expect(page.headSeq).toBe(stored.at(-1)?.seq ?? 0);
          expect(await log.count({ tenantId, stream })).toBe(stored.length);
        }
      }),
      { numRuns: 60 },
    );
  });
};
