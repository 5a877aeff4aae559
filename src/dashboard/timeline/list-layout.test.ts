import { describe, expect, it } from 'vitest';
import { type Chronicle, emptyChronicle, extend, prepend, trim } from '../../incident/chronicle.ts';
import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import { createRowFilter, noFilter } from './filter-rows.ts';
import { createListLayout, NARROW, WIDE } from './list-layout.ts';
import { createRowBuilder } from './row-builder.ts';

let told = 0;
const tell = (method: string, params: Record<string, unknown>): IncidentEvent => {
  told += 1;
  const full = { incidentId: 'inc_1', eventId: `evt_${told}`, seq: told, ...params };
  const event = toIncidentEvent(method, full, told * 1_000);
  if (event === undefined) throw new Error('no event');
  return event;
};
const progress = (params: Record<string, unknown>): IncidentEvent =>
  tell('investigation.progress', { agentName: 'Logs', message: 'm', ...params });
const fact = (status: string): IncidentEvent =>
  tell('remediation.precondition', { remediationId: 'rem_1', preconditionId: 'pre_1', status, observed: '6' });
const call = (tool: string): IncidentEvent[] => [
  progress({ kind: 'tool_call', tool }),
  progress({ kind: 'tool_result', tool, message: 'ok' }),
];
const calls = (tool: string, count: number): IncidentEvent[] => Array.from({ length: count }, () => call(tool)).flat();

const setUp = () => {
  const build = createRowBuilder();
  const filter = createRowFilter(noFilter);
  const layout = createListLayout();
  let chronicle = emptyChronicle('inc_1');
  const show = (next: Chronicle, lines = WIDE) => {
    chronicle = next;
    const list = build(chronicle);
    const view = filter(list);
    layout.sync(view, list, lines);
    return layout.range(0, 1e9, view.end);
  };
  return { layout, show, add: (...events: IncidentEvent[]) => show(extend(chronicle, events)), now: () => chronicle };
};

describe('repeated steps', () => {
  it('stand in one row from the fourth on, and in as many as there are when it is opened', () => {
    const { layout, add } = setUp();
    expect(add(...calls('search', 3))).toEqual([0, 1, 2]);
    expect(add(...calls('search', 2))).toEqual([0]);
    expect(layout.headAt(0)).toMatchObject({ run: { start: 0, end: 5 }, open: false });
    layout.toggleRun(0);
    expect(layout.range(0, 1e9, 5)).toEqual([0, 1, 2, 3, 4]);
  });

  it('never hide one that failed, nor a finding between them', () => {
    const { add } = setUp();
    add(...calls('search', 4));
    const failing = progress({ kind: 'tool_call', tool: 'search' });
    expect(add(failing, ...calls('search', 4))).toEqual([0]);
    const failed = progress({ kind: 'tool_result', tool: 'search', message: 'failed', parentEventId: failing.id });
    expect(add(failed)).toEqual([0, 4]);
    expect(add(progress({ kind: 'finding' }), ...calls('search', 4))).toEqual([0, 4, 9, 10]);
  });

  it('are the looks at the facts of a plan that waits, but not one that found a change', () => {
    const { add } = setUp();
    expect(add(...Array.from({ length: 6 }, () => fact('holds')))).toEqual([0]);
    expect(add(fact('changed'), ...Array.from({ length: 4 }, () => fact('holds')))).toEqual([0, 6, 7]);
  });

  it('are opened where somebody is led to one of them', () => {
    const { layout, add } = setUp();
    add(...calls('search', 6));
    layout.reveal(3);
    expect(layout.range(0, 1e9, 6)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('where rows are drawn', () => {
  it('a measured height moves what stands below it, and is kept when the rows are laid out anew', () => {
    const { layout, add, show, now } = setUp();
    add(...calls('a', 1), ...calls('b', 1), ...calls('c', 1));
    expect(layout.measure(1, 100)).toBe(true);
    expect(layout.measure(1, 100)).toBe(false);
    expect([layout.offsetOf(1), layout.offsetOf(2), layout.offsetOf(3)]).toEqual([28, 128, 156]);
    show(now(), NARROW);
    expect(layout.offsetOf(3)).toBe(3 * NARROW.line);
  });

  it('only what lies between two offsets is drawn, also of 20,000', () => {
    const { layout, show } = setUp();
    const log = Array.from({ length: 20_000 }, (_, index) => progress({ kind: 'status', message: `m${index}` }));
    show(extend(emptyChronicle('inc_1'), log));
    const indexes = layout.range(28 * 15_000, 28 * 15_000 + 600, 20_000);
    expect(indexes[0]).toBe(15_000);
    expect(indexes.length).toBeLessThan(25);
  });

  it('a measured height is kept while its row is, however many others were measured and are gone', () => {
    const { layout, show, now } = setUp();
    const log = Array.from({ length: 30_000 }, (_, index) => progress({ kind: 'status', message: `m${index}` }));
    for (let end = 250; end <= 30_000; end += 250) {
      show(trim(extend(now(), log.slice(end - 250, end)), 500));
      for (let index = end - 200; index < end; index += 1) layout.measure(index, 100);
    }
    const kept = 30_000 - now().first;
    // All rows are laid out anew, and counted from 0.
    const count = show(prepend(now(), log.slice(now().first - 100, now().first))).length;
    expect(count).toBe(kept + 100);
    for (let index = 100; index < count; index += 1) {
      const isMeasured = (30_000 - count + index) % 250 >= 50;
      expect(layout.offsetOf(index + 1) - layout.offsetOf(index)).toBe(isMeasured ? 100 : WIDE.line);
    }
  });

  it('what is left keeps its indexes when the oldest rows are let go', () => {
    const { layout, show } = setUp();
    const log = Array.from({ length: 2_000 }, (_, index) => progress({ kind: 'status', message: `m${index}` }));
    const whole = extend(emptyChronicle('inc_1'), log);
    show(whole);
    const trimmed = trim(whole, 500);
    expect(show(trimmed)).toHaveLength(500);
    expect(layout.offsetOf(trimmed.first + 10)).toBe(280);
  });
});
