import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { type Chronicle, eventAt, extend, resumeFrom } from '../../incident/chronicle.ts';
import { emptyInvestigation } from '../../incident/empty.ts';
import { readHistory } from '../api/history.ts';
import { useLiveStore } from '../relay/relay-provider.tsx';
import { isFiltered, matches, type RowFilter } from './filter-rows.ts';
import { createRowBuilder, rowsOf } from './row-builder.ts';
import type { Row } from './rows.ts';
import type { ExcursionControls } from './use-excursion.ts';

const PAGE_EVENTS = 1_000;
/** What only this side can tell (errors, times, decisions) is looked for in so many pages a press. */
const PAGES_A_PRESS = 10;
/** Who reads further back than so far goes on without what lies between. */
const MOST_RECALLED = 30_000;
/** What could not be read is asked for again after so long, while somebody still looks for it. */
export const AGAIN_MS = 3_000;
/** Found rows that are kept; the oldest found are what was asked for last. */
const MOST_FOUND = 5_000;

type Progress = { pending: boolean; error: string | null };
const IDLE: Progress = { pending: false, error: null };

type Found = { filter: string; rows: readonly Row[]; beforeSeq: number; done: boolean };

const kindOf: Partial<Record<RowFilter['show'], string>> = { findings: 'finding', tools: 'tool_call' };

const rowsIn = (chronicle: Chronicle, filter: RowFilter): Row[] =>
  rowsOf(createRowBuilder()(chronicle)).filter((row) => matches(row, filter));

/**
 * Reaches behind what this tab keeps: without a filter the events come back at the front of the list, with one the
 * server looks for those that fit, and they stand above.
 */
export const useEarlier = (
  incidentId: string,
  chronicle: Chronicle,
  filter: RowFilter,
  excursion: Pick<ExcursionControls, 'jump'> | null,
) => {
  const store = useLiveStore();
  const [state, setState] = useState(IDLE);
  const underWay = useRef<AbortController>(undefined);
  const name = JSON.stringify(filter);
  const [found, setFound] = useState<Found | null>(null);
  const mine = found?.filter === name ? found : null;
  const oldest = eventAt(chronicle, chronicle.first)?.seq ?? null;

  const recall = async (beforeSeq: number, signal: AbortSignal): Promise<void> => {
    const { events } = await readHistory(incidentId, { beforeSeq, limit: PAGE_EVENTS }, signal);
    if (events.length === 0) throw new Error('The server has no earlier ones.');
    store.recall(incidentId, beforeSeq, events);
  };

  const search = async (from: number, signal: AbortSignal): Promise<void> => {
    let beforeSeq = mine?.beforeSeq ?? from;
    let rows = mine?.rows ?? [];
    for (let page = 0; page < PAGES_A_PRESS; page += 1) {
      const wanted = {
        beforeSeq,
        limit: PAGE_EVENTS,
        agent: filter.agent ?? undefined,
        q: filter.text === '' ? undefined : filter.text,
        kind: kindOf[filter.show],
      };
      const { events, isLast } = await readHistory(incidentId, wanted, signal);
      const base = resumeFrom({ end: 0, investigation: emptyInvestigation(incidentId) }, []);
      const fits = rowsIn(extend(base, events), filter);
      rows = [...fits, ...rows].slice(0, MOST_FOUND);
      beforeSeq = events[0]?.seq ?? 0;
      setFound({ filter: name, rows, beforeSeq, done: isLast });
      if (isLast || fits.length > 0) return;
    }
  };

  const load = (): void => {
    if (oldest === null || state.pending || excursion === null) return;
    if (!isFiltered(filter) && chronicle.end - chronicle.first > MOST_RECALLED) {
      return excursion.jump({ atOffset: chronicle.first });
    }
    const controller = new AbortController();
    const { signal } = controller;
    underWay.current = controller;
    setState({ pending: true, error: null });
    (isFiltered(filter) ? search(oldest, signal) : recall(oldest, signal)).then(
      () => !signal.aborted && setState(IDLE),
      (error: unknown) =>
        !signal.aborted &&
        setState({ pending: false, error: error instanceof Error ? error.message : 'It could not be loaded.' }),
    );
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was looked for with another filter is called off
  useEffect(
    () => () => {
      underWay.current?.abort();
      setState(IDLE);
    },
    [name],
  );

  const isUnsearched = isFiltered(filter) && chronicle.first > 0 && mine === null;
  const searchAll = useEffectEvent(load);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is another search
  useEffect(() => {
    if (!isUnsearched || state.pending) return;
    const timer = setTimeout(searchAll, state.error === null ? 0 : AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isUnsearched, state.pending, state.error, name]);

  return {
    /** How many events lie before the oldest that is kept. */
    before: chronicle.first,
    found: mine?.rows ?? [],
    done: mine?.done ?? false,
    load,
    ...state,
  };
};

export type Earlier = ReturnType<typeof useEarlier>;
