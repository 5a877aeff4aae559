import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chronicle, emptyChronicle, extend, prepend, trim } from '../../incident/chronicle.ts';
import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import { arbitraryLog } from '../../incident/testing/arbitrary-events.ts';
import { countAfter, createRowFilter, matches, noFilter, type RowFilter } from './filter-rows.ts';
import { createRowBuilder, rowsOf } from './row-builder.ts';
import { rowAsOf } from './row-changes.ts';
import type { Row } from './rows.ts';

const chronicleOf = (events: readonly IncidentEvent[]): Chronicle => extend(emptyChronicle('inc_1'), events);
const toRows = (events: readonly IncidentEvent[]): Row[] => rowsOf(createRowBuilder()(chronicleOf(events)));

let told = 0;
const event = (method: string, params: Record<string, unknown>) => {
  told += 1;
  const timestamp = new Date(Date.UTC(2026, 0, 1) + told * 1_000).toISOString();
  const made = toIncidentEvent(
    method,
    { incidentId: 'inc_1', eventId: `evt_${told}`, seq: told, timestamp, ...params },
    0,
  );
  if (made === undefined) throw new Error(`${method} is no event of an incident`);
  return made;
};
const progress = (params: Record<string, unknown>) =>
  event('investigation.progress', { agentName: 'Logs', message: 'text', ...params });

const pieces = (log: readonly unknown[], cuts: readonly number[]): number[] =>
  [...new Set([...cuts.map((cut) => cut % (log.length + 1)), log.length])].sort((a, b) => a - b);

describe('rows', () => {
  it('built as events come are the rows of all events at once', () => {
    fc.assert(
      fc.property(arbitraryLog, fc.array(fc.nat(60), { maxLength: 6 }), (log, cuts) => {
        const build = createRowBuilder();
        let chronicle = emptyChronicle('inc_1');
        for (const end of pieces(log, cuts)) {
          chronicle = extend(chronicle, log.slice(0, end));
          build(chronicle);
        }
        expect(rowsOf(build(chronicle))).toEqual(toRows(log));
      }),
    );
  });

  it('are right after an event that came late', () => {
    fc.assert(
      fc.property(arbitraryLog, fc.nat(), (log, at) => {
        fc.pre(log.length > 1);
        const late = at % log.length;
        const build = createRowBuilder();
        const without = chronicleOf(log.filter((_, index) => index !== late));
        build(without);
        expect(rowsOf(build(extend(without, log)))).toEqual(toRows(log));
      }),
    );
  });

  it('hold every event exactly once', () => {
    fc.assert(
      fc.property(arbitraryLog, (log) => {
        const ids = toRows(log).flatMap((row) => [row.event.id, ...row.later.map(({ id }) => id)]);
        expect(ids.sort()).toEqual(log.map(({ id }) => id).sort());
      }),
    );
  });

  it('count what they show', () => {
    fc.assert(
      fc.property(arbitraryLog, fc.nat(60), (log, cut) => {
        const build = createRowBuilder();
        const part = chronicleOf(log.slice(0, cut));
        build(part);
        const list = build(extend(part, log));
        const { counts } = list;
        const rows = rowsOf(list);
        expect(counts).toEqual({
          all: log.length,
          findings: rows.filter((row) => row.kind === 'finding').length,
          tools: rows.filter((row) => row.kind === 'tool').length,
          errors: rows.filter((row) => matches(row, { ...noFilter, show: 'errors' })).length,
        });
      }),
    );
  });
});

describe('a tool call', () => {
  it('and its result are one row that changes', () => {
    const call = progress({ kind: 'tool_call', tool: 'search_logs', message: 'why', input: { q: 1 } });
    const result = progress({
      kind: 'tool_result',
      tool: 'search_logs',
      message: '3 lines',
      parentEventId: call.id,
      durationMs: 42,
    });
    const build = createRowBuilder();
    const called = chronicleOf([call]);
    expect(rowsOf(build(called))).toMatchObject([{ kind: 'tool', state: 'running', reason: 'why', later: [] }]);
    const after = build(extend(called, [result]));
    expect(rowsOf(after)).toMatchObject([
      { state: 'done', outcome: '3 lines', durationMs: 42, later: [{ id: result.id }] },
    ]);
    expect(after.indexOf(result.id)).toBe(0);
  });

  it('is found by agent and tool where the result names no call', () => {
    const first = progress({ kind: 'tool_call', tool: 'a' });
    const second = progress({ kind: 'tool_call', tool: 'b' });
    const result = progress({ kind: 'tool_result', tool: 'a', message: 'failed: no route' });
    expect(toRows([first, second, result])).toMatchObject([
      { tool: 'a', state: 'failed' },
      { tool: 'b', state: 'running' },
    ]);
  });

  it('left open by an agent that ended says so', () => {
    const rows = toRows([
      progress({ kind: 'tool_call', tool: 'a' }),
      event('agent.status', { agentName: 'Logs', role: 'logs', status: 'failed' }),
    ]);
    expect(rows[0]).toMatchObject({ state: 'left' });
  });

  it('left open by an incident that was closed says so, an answer that comes after all counts, and so does opening it anew', () => {
    const call = progress({ kind: 'tool_call', tool: 'a' });
    const waits = event('agent.status', { agentName: 'Logs', role: 'logs', status: 'waiting' });
    const late = progress({ kind: 'tool_result', tool: 'a', message: 'ok', parentEventId: call.id });
    const build = createRowBuilder();
    const chronicle = chronicleOf([call, waits]);
    const open = [
      { state: 'running', leftBy: null },
      { kind: 'agent', wait: { until: null } },
    ];
    expect(rowsOf(build(chronicle))).toMatchObject(open);
    const closedAt = waits.at + 5_000;
    const closed = build(chronicle, closedAt);
    expect(rowsOf(closed)).toMatchObject([{ state: 'left' }, { kind: 'agent', wait: { until: { at: closedAt } } }]);
    expect(closed.counts.errors).toBe(1);
    expect(rowsOf(closed).map((row) => rowAsOf(row, waits))).toMatchObject(open);
    expect(rowsOf(build(extend(chronicle, [late]), closedAt))[0]).toMatchObject({ state: 'done', outcome: 'ok' });
    expect(rowsOf(build(chronicle))).toMatchObject(open);
  });

  it('keeps a result whose call is not there', () => {
    expect(toRows([progress({ kind: 'tool_result', tool: 'a', message: 'ok' })])).toMatchObject([
      { kind: 'tool', state: 'done', outcome: 'ok' },
    ]);
  });
});

it('keeps an event of an unknown method, with its name and content', () => {
  expect(toRows([event('agent.dreamt', { of: 'sheep' })])).toMatchObject([{ kind: 'unknown', name: 'agent.dreamt' }]);
});

it('makes one row of the start and the end of a step', () => {
  const rows = toRows([
    event('remediation.proposed', { remediationId: 'r', title: 'Fix', requiresApproval: true, steps: ['one'] }),
    event('remediation.step', { remediationId: 'r', stepId: 'step-1', status: 'running' }),
    event('remediation.step', { remediationId: 'r', stepId: 'step-1', status: 'completed', output: 'done' }),
  ]);
  expect(rows).toMatchObject([
    { kind: 'plan', verb: 'proposed', title: 'Fix' },
    { kind: 'step', label: '1. one', status: 'completed', output: 'done', durationMs: 1_000 },
  ]);
});

describe('a filter', () => {
  const filters: RowFilter[] = [
    noFilter,
    { ...noFilter, show: 'findings' },
    { ...noFilter, show: 'errors' },
    { ...noFilter, show: 'decisions', from: Date.UTC(2026, 0, 1, 0, 0, 5), to: Date.UTC(2026, 0, 1, 0, 0, 40) },
    { ...noFilter, show: 'tools', agent: 'Logs' },
    { ...noFilter, agent: 'Metrics', text: 'r' },
  ];

  it('fed as rows come finds what it finds at once', () => {
    fc.assert(
      fc.property(
        arbitraryLog,
        fc.array(fc.nat(60), { maxLength: 6 }),
        fc.constantFrom(...filters),
        (log, cuts, filter) => {
          const build = createRowBuilder();
          const view = createRowFilter(filter);
          let chronicle = emptyChronicle('inc_1');
          for (const end of pieces(log, cuts)) {
            chronicle = extend(chronicle, log.slice(0, end));
            view(build(chronicle));
          }
          const { first, end, rowAt } = view(build(chronicle));
          const shown = Array.from({ length: end - first }, (_, index) => rowAt(first + index));
          expect(shown).toEqual(toRows(log).filter((row) => matches(row, filter)));
        },
      ),
    );
  });

  it('searches all that a row says, whatever the case', () => {
    const [row] = toRows([progress({ kind: 'tool_call', tool: 'a', input: { query: 'SELECT 1' } })]);
    expect(row !== undefined && matches(row, { ...noFilter, text: 'select' })).toBe(true);
    expect(row !== undefined && matches(row, { ...noFilter, text: 'nothing' })).toBe(false);
  });
});

describe('rows whose oldest are let go', () => {
  const log = Array.from({ length: 3_000 }, (_, index) =>
    index % 3 === 0
      ? progress({ kind: 'tool_call', tool: 't' })
      : index % 3 === 1
        ? progress({ kind: 'tool_result', tool: 't', message: 'ok' })
        : progress({ kind: 'finding', message: `finding ${index}` }),
  );

  it('keep their indexes and go on, and everything that ever was is counted', () => {
    const build = createRowBuilder();
    const whole = chronicleOf(log.slice(0, 2_400));
    const before = build(whole);
    const row = before.rowAt(before.end - 1);
    const trimmed = trim(whole, 500);
    const after = build(extend(trimmed, log));
    expect(after.generation).toBe(before.generation);
    expect(after.first).toBeGreaterThan(0);
    expect(after.rowAt(before.end - 1)).toBe(row);
    expect(after.rowAt(after.first)?.ordinal).toBeGreaterThanOrEqual(trimmed.first);
    expect(after.counts).toMatchObject({ all: 3_000, findings: 1_000, tools: 1_000 });
    const view = createRowFilter({ ...noFilter, show: 'findings' })(after);
    expect(view.rowAt(view.end - 1)?.event.id).toBe(log.at(-1)?.id);
  });

  it('name what was replaced since, also after many that are gone', () => {
    const build = createRowBuilder();
    let chronicle = chronicleOf(log.slice(0, 600));
    let seen = build(chronicle).revisions;
    for (let end = 900; end <= 3_000; end += 300) {
      chronicle = trim(extend(chronicle, log.slice(0, end)), 500);
      const list = build(chronicle);
      const replaced = list.revisedSince(seen);
      // Each third of the log answers the call before it.
      expect(replaced).toHaveLength(100);
      expect(replaced.map((index) => list.rowAt(index)?.kind)).toEqual(Array(100).fill('tool'));
      expect(list.revisedSince(list.revisions)).toEqual([]);
      seen = list.revisions;
    }
    expect(seen).toBe(1_000);
  });

  it('are counted once when they come back', () => {
    const build = createRowBuilder();
    const trimmed = trim(chronicleOf(log), 500);
    build(chronicleOf(log));
    build(trimmed);
    const back = build(prepend(trimmed, log.slice(trimmed.first - 600, trimmed.first)));
    expect(back.counts).toMatchObject({ all: 3_000, findings: 1_000, tools: 1_000 });
    expect(rowsOf(back)[0]?.event.id).toBe(log[trimmed.first - 600]?.id);
  });
});

describe('what came since the list stopped following', () => {
  const log = Array.from({ length: 2_000 }, (_, index) =>
    progress({ kind: index % 100 === 0 ? 'finding' : 'status', message: `m${index}` }),
  );

  it('is counted the same when older events come back', () => {
    const build = createRowBuilder();
    const newest = trim(chronicleOf(log), 500);
    const show = (chronicle: Chronicle): number => {
      const list = build(chronicle);
      const view = createRowFilter(noFilter)(list);
      return countAfter(2_000, list, view, view.end);
    };
    expect(show(newest)).toBe(0);
    const whole = prepend(newest, log.slice(0, newest.first));
    expect(show(whole)).toBe(0);
    expect(show(extend(whole, [progress({}), progress({})]))).toBe(2);
  });

  it('is what of it a filter shows, whichever there was then', () => {
    const list = createRowBuilder()(chronicleOf([...log, progress({}), progress({ kind: 'finding' })]));
    const count = (filter: RowFilter): number => {
      const view = createRowFilter(filter)(list);
      return countAfter(2_000, list, view, view.end);
    };
    expect(count(noFilter)).toBe(2);
    expect(count({ ...noFilter, show: 'findings' })).toBe(1);
    expect(count({ ...noFilter, show: 'errors' })).toBe(0);
  });
});

describe('a row at a moment of the past', () => {
  it('is what the events up to then make of it', () => {
    fc.assert(
      fc.property(arbitraryLog, fc.nat(60), (log, cut) => {
        const part = log.slice(0, cut);
        const last = part.at(-1);
        fc.pre(last !== undefined);
        const moment = { seq: last?.seq ?? null, at: last?.at ?? 0 };
        const now = toRows(log).filter((row) => row.ordinal < part.length);
        expect(now.map((row) => rowAsOf(row, moment))).toEqual(toRows(part));
      }),
    );
  });

  it('of an agent that never said how it ended waits and runs no longer than its incident', () => {
    const waits = event('agent.status', { agentName: 'Logs', role: 'logs', status: 'waiting' });
    const call = event('investigation.progress', { agentName: 'Net', kind: 'tool_call', tool: 'ping', message: 'why' });
    for (const end of [
      event('remediation.executed', { remediationId: 'rem_1', outcome: 'resolved', durationMs: 1 }),
      event('investigation.aborted', { by: 'ana' }),
    ])
      expect(toRows([waits, call, end])).toMatchObject([
        { wait: { until: { id: end.id } } },
        { state: 'left', leftBy: { id: end.id } },
        {},
      ]);
  });

  it('of an agent that waited then says that it waits', () => {
    const waits = event('agent.status', { agentName: 'Logs', role: 'logs', status: 'waiting' });
    const goesOn = event('agent.status', { agentName: 'Logs', role: 'logs', status: 'running' });
    const [row] = toRows([waits, goesOn]);
    expect(row).toMatchObject({ wait: { until: { id: goesOn.id } } });
    expect(row === undefined ? row : rowAsOf(row, { seq: waits.seq, at: waits.at })).toMatchObject({
      wait: { until: null },
    });
  });
});
