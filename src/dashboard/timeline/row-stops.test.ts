import { describe, expect, it } from 'vitest';
import { emptyChronicle, extend } from '../../incident/chronicle.ts';
import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import { createRowFilter, noFilter } from './filter-rows.ts';
import { createListLayout, WIDE } from './list-layout.ts';
import { createRowBuilder } from './row-builder.ts';
import { nextStop, type RowStop, stopOf } from './row-stops.ts';

let told = 0;
const progress = (params: object): IncidentEvent => {
  told += 1;
  const full = { incidentId: 'inc_1', agentName: 'Logs', message: 'm', eventId: `evt_${told}`, seq: told, ...params };
  return toIncidentEvent('investigation.progress', full, told * 1_000) ?? expect.fail();
};
const call = (message = 'ok'): IncidentEvent[] => [
  progress({ kind: 'tool_call', tool: 'search' }),
  progress({ kind: 'tool_result', tool: 'search', message }),
];
const finding = (): IncidentEvent => progress({ kind: 'finding' });

const setUp = () => {
  const build = createRowBuilder();
  const filter = createRowFilter(noFilter);
  const layout = createListLayout();
  let chronicle = emptyChronicle('inc_1');
  const show = (events: readonly IncidentEvent[]) => {
    chronicle = extend(chronicle, events);
    const list = build(chronicle);
    const view = filter(list);
    layout.sync(view, list, WIDE);
    const drawn = { layout, view, end: view.end };
    const idAt = (index: number): string => view.rowAt(index)?.event.id ?? expect.fail();
    /** All stops from one end to the other, headings with a star. */
    const walk = (by: 1 | -1): string[] => {
      const stops: string[] = [];
      let stop: RowStop | undefined = { index: by === 1 ? view.first - 1 : view.end, isHead: false };
      for (;;) {
        stop = nextStop(stop, by, drawn);
        if (stop === undefined) return stops;
        stops.push(`${stop.index}${stop.isHead ? '*' : ''}`);
      }
    };
    const at = (index: number, isHead: boolean) => stopOf({ eventId: idAt(index), isHead }, list, drawn);
    return { walk, at };
  };
  return { layout, show };
};

describe('the keyboard', () => {
  it('stops at the heading of a folded run, and at its rows once it is open', () => {
    const { layout, show } = setUp();
    const events = [finding(), ...call(), ...call(), ...call(), ...call(), finding()];
    const { walk } = show(events);
    expect(walk(1)).toEqual(['0', '1*', '5']);
    expect(walk(-1)).toEqual(['5', '1*', '0']);
    layout.toggleRun(1);
    expect(walk(1)).toEqual(['0', '1*', '1', '2', '3', '4', '5']);
    expect(walk(-1)).toEqual(['5', '4', '3', '2', '1', '1*', '0']);
  });

  it('is on the heading or on the first row, which are of one event', () => {
    const { layout, show } = setUp();
    const { at } = show([...call(), ...call(), ...call(), ...call()]);
    expect(at(0, true)).toEqual({ index: 0, isHead: true });
    expect(at(0, false)).toEqual({ index: 0, isHead: true });
    layout.toggleRun(0);
    expect(at(0, true)).toEqual({ index: 0, isHead: true });
    expect(at(0, false)).toEqual({ index: 0, isHead: false });
  });

  it('is on the heading when a run folds over the row that it was on, unless that failed', () => {
    const { show } = setUp();
    const three = [...call(), ...call(), ...call('failed: no route')];
    expect(show(three).at(1, false)).toEqual({ index: 1, isHead: false });
    const { at, walk } = show([...three, ...call(), ...call(), ...call(), ...call()]);
    expect(walk(1)).toEqual(['0', '1', '2', '3*']);
    expect(at(5, false)).toEqual({ index: 3, isHead: true });
    const failing = progress({ kind: 'tool_call', tool: 'search' });
    const events = [failing, ...call(), ...call(), ...call()];
    const failed = progress({ kind: 'tool_result', tool: 'search', message: 'failed', parentEventId: failing.id });
    const folded = setUp();
    expect(folded.show(events).walk(1)).toEqual(['0*']);
    expect(folded.show([...events, failed]).walk(1)).toEqual(['0*', '0']);
  });
});
