import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toIncidentEvent } from '../../incident/event.ts';
import { arbitraryLog } from '../../incident/testing/arbitrary-events.ts';
import { createRowFilter, matches, type RowFilter } from './filter-rows.ts';
import { createRowBuilder, toRows } from './row-builder.ts';

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
        for (const end of pieces(log, cuts)) build(log.slice(0, end));
        expect(build(log).rows).toEqual(toRows(log));
      }),
    );
  });

  it('are right after an event that came late', () => {
    fc.assert(
      fc.property(arbitraryLog, fc.nat(), (log, at) => {
        fc.pre(log.length > 1);
        const late = at % log.length;
        const build = createRowBuilder();
        build(log.filter((_, index) => index !== late));
        expect(build(log).rows).toEqual(toRows(log));
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
        build(log.slice(0, cut));
        const { counts, rows } = build(log);
        expect(counts).toEqual({
          all: log.length,
          findings: rows.filter((row) => row.kind === 'finding').length,
          tools: rows.filter((row) => row.kind === 'tool').length,
          errors: rows.filter((row) => matches(row, { show: 'errors', agent: null, text: '' })).length,
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
    expect(build([call]).rows).toMatchObject([{ kind: 'tool', state: 'running', reason: 'why', later: [] }]);
    const after = build([call, result]);
    expect(after.rows).toMatchObject([
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
    { show: 'all', agent: null, text: '' },
    { show: 'findings', agent: null, text: '' },
    { show: 'errors', agent: null, text: '' },
    { show: 'tools', agent: 'Logs', text: '' },
    { show: 'all', agent: 'Metrics', text: 'r' },
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
          for (const end of pieces(log, cuts)) view(build(log.slice(0, end)));
          const { length, rowAt } = view(build(log));
          const shown = Array.from({ length }, (_, index) => rowAt(index));
          expect(shown).toEqual(toRows(log).filter((row) => matches(row, filter)));
        },
      ),
    );
  });

  it('searches all that a row says, whatever the case', () => {
    const [row] = toRows([progress({ kind: 'tool_call', tool: 'a', input: { query: 'SELECT 1' } })]);
    expect(row !== undefined && matches(row, { show: 'all', agent: null, text: 'select' })).toBe(true);
    expect(row !== undefined && matches(row, { show: 'all', agent: null, text: 'nothing' })).toBe(false);
  });
});
