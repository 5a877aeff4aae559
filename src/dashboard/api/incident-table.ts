import { createStore } from 'zustand/vanilla';
import type { IncidentList, IncidentSummary } from '../../protocol/api.ts';
import { type IncidentStatus, isOver } from '../../protocol/values.ts';
import { type IncidentRows, noRows, withIncidents } from './incident-rows.ts';

/** The incidents of the tenant as this tab has them. */
export type IncidentTable = IncidentRows & {
  /** Of the tenant, as the server counted and as the events said since; null before the first answer. */
  total: number | null;
  /** Every incident that is not over is in the list, however old. */
  activeKnown: boolean;
  /** The server has no older ones than those in the list. */
  complete: boolean;
  /** The rest is on its way. */
  loading: boolean;
  /** Why the last request failed; what is listed stays. */
  error: Error | null;
};

export type PageWanted = { status?: IncidentStatus | undefined; cursor?: string | undefined };

export type TableSource = {
  /** A hundred incidents, the newest first. */
  page: (wanted: PageWanted) => Promise<IncidentList>;
  one: (incidentId: string) => Promise<IncidentSummary>;
};

/** How much of the past is wanted: enough for an overview, or every incident. */
export type Depth = 'recent' | 'all';

const ACTIVE = ['open', 'triaging', 'investigating', 'awaiting_approval', 'remediating'] as const;
/** Past this many the rest is fetched only when somebody asks: a tab holds no million rows. */
export const LOADED_BY_ITSELF = 20_000;
/** What is heard within this goes into the list together: a hundred changes a second are ten lists a second. */
const TOGETHER_MS = 100;
/** Rows to look at again one by one after a break; they were active, and are in no list of active ones any more. */
const CHECKED_AFTER_BREAK = 50;

const empty: IncidentTable = {
  ...noRows,
  total: null,
  activeKnown: false,
  complete: false,
  loading: false,
  error: null,
};

/** Loads the incidents once, page by page, and keeps them true from what the relay tells: never by loading again. */
export const createIncidentTable = (source: TableSource) => {
  const store = createStore<IncidentTable>(() => empty);
  /** Changes heard, by incident: an answer that was asked for before one of them knows less about it. */
  const heardAt = new Map<string, number>();
  let clock = 0;
  let life = 0;
  let wanted: Depth = 'recent';
  let bound = LOADED_BY_ITSELF;
  let cursor: string | undefined;
  let walking: Promise<void> | null = null;

  const put = (incidents: readonly IncidentSummary[], askedAt = Number.POSITIVE_INFINITY, added = 0): void => {
    const news = incidents.filter(({ incidentId }) => (heardAt.get(incidentId) ?? 0) <= askedAt);
    store.setState((table) => {
      const rows = withIncidents(table, news);
      if (rows === table && added === 0) return table;
      return { list: rows.list, byId: rows.byId, total: table.total === null ? null : table.total + added };
    });
  };

  const heard = new Map<string, IncidentSummary>();
  let created = 0;
  let putAt = Number.NEGATIVE_INFINITY;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const putHeard = (): void => {
    waiting = undefined;
    putAt = performance.now();
    const news = [...heard.values()];
    heard.clear();
    put(news, Number.POSITIVE_INFINITY, created);
    created = 0;
  };

  /** The first change at once, those that follow soon after together. */
  const hear = (incident: IncidentSummary): void => {
    clock += 1;
    heardAt.set(incident.incidentId, clock);
    heard.set(incident.incidentId, incident);
    if (waiting !== undefined) return;
    const leftMs = putAt + TOGETHER_MS - performance.now();
    if (leftMs <= 0) putHeard();
    else waiting = setTimeout(putHeard, leftMs);
  };

  const newestOf = (incidentId: string): IncidentSummary | undefined =>
    heard.get(incidentId) ?? store.getState().byId.get(incidentId)?.incident;

  /** Every page of one status, or the newest page of all; gives the ids that the server named. */
  const takeStatus = async (status: IncidentStatus, mine: number, everyPage: boolean): Promise<string[]> => {
    const ids: string[] = [];
    let next: string | undefined;
    do {
      const askedAt = clock;
      const page = await source.page({ status, cursor: next });
      if (mine !== life) return ids;
      put(page.incidents, askedAt);
      ids.push(...page.incidents.map(({ incidentId }) => incidentId));
      next = page.cursor ?? undefined;
    } while (everyPage && next !== undefined);
    return ids;
  };

  const takeNewest = async (mine: number): Promise<{ ids: string[]; cursor: string | undefined }> => {
    const askedAt = clock;
    const page = await source.page({});
    const next = page.cursor ?? undefined;
    if (mine === life) {
      put(page.incidents, askedAt);
      store.setState((table) => ({
        total: Math.max(page.count, table.list.length),
        ...(next === undefined && { complete: true, activeKnown: true }),
      }));
    }
    return { ids: page.incidents.map(({ incidentId }) => incidentId), cursor: next };
  };

  const takeActive = async (mine: number): Promise<Set<string>> => {
    const lists = await Promise.all(ACTIVE.map((status) => takeStatus(status, mine, true)));
    if (mine === life) store.setState({ activeKnown: true });
    return new Set(lists.flat());
  };

  const walk = async (mine: number): Promise<void> => {
    if (store.getState().total === null) {
      const newest = await takeNewest(mine);
      if (mine !== life) return;
      cursor = newest.cursor;
    }
    if (!store.getState().activeKnown) {
      await Promise.all([takeActive(mine), takeStatus('resolved', mine, false)]);
      if (mine !== life) return;
    }
    while (wanted === 'all' && cursor !== undefined && store.getState().list.length < bound) {
      const askedAt = clock;
      const page = await source.page({ cursor });
      if (mine !== life) return;
      cursor = page.cursor ?? undefined;
      put(page.incidents, askedAt);
      if (cursor === undefined) store.setState({ complete: true });
    }
  };

  const load = (): void => {
    if (walking !== null) return;
    const mine = life;
    store.setState({ loading: true, error: null });
    walking = walk(mine)
      .then(
        () => null,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      )
      .then((error) => {
        if (mine !== life) return;
        walking = null;
        store.setState({ loading: false, error });
      });
  };

  const fetchOne = async (incidentId: string): Promise<void> => {
    const [mine, askedAt] = [life, clock];
    const incident = await source.one(incidentId).catch(() => undefined);
    if (mine === life && incident !== undefined) put([incident], askedAt);
  };

  return {
    ...store,
    /** Has at least this much loaded, in the background; what is there is never asked for again. */
    want: (depth: Depth): void => {
      if (depth === 'all') wanted = 'all';
      const { complete, activeKnown, error, list } = store.getState();
      if (error === null && !complete && (!activeKnown || (wanted === 'all' && list.length < bound))) load();
    },
    retry: load,
    /** Another stretch of the past, beyond what is loaded by itself. */
    more: (): void => {
      bound = store.getState().list.length + LOADED_BY_ITSELF;
      load();
    },
    /** An incident that was not there before. */
    created: (incident: IncidentSummary): void => {
      if (newestOf(incident.incidentId) !== undefined) return;
      created += 1;
      hear(incident);
    },
    /** Before another page asks for an incident: takes what the server answers, as it was when it was asked. */
    asking: (): ((incident: IncidentSummary) => void) => {
      const [mine, askedAt] = [life, clock];
      return (incident) => {
        if (mine === life && store.getState().total !== null) put([incident], askedAt);
      };
    },
    statusChanged: (incidentId: string, status: IncidentStatus): void => {
      const incident = newestOf(incidentId);
      if (incident !== undefined) return hear({ ...incident, status });
      clock += 1;
      heardAt.set(incidentId, clock);
      void fetchOne(incidentId);
    },
    /** After a break, in which events may have been missed: asks for what can have changed, and patches it in. */
    reconcile: async (): Promise<void> => {
      if (store.getState().total === null) return;
      const mine = life;
      const before = store.getState().list.filter(({ incident }) => !isOver(incident.status));
      try {
        const newest = await takeNewest(mine);
        const seen = new Set(newest.ids);
        if (newest.cursor !== undefined) for (const incidentId of await takeActive(mine)) seen.add(incidentId);
        const gone = before.filter(({ incident }) => !seen.has(incident.incidentId)).slice(0, CHECKED_AFTER_BREAK);
        await Promise.all(gone.map(({ incident }) => fetchOne(incident.incidentId)));
      } catch {
        // The next break, or the next look at the page, asks again.
      }
    },
    /** Nobody's any more: another person may sign in. */
    reset: (): void => {
      life += 1;
      walking = null;
      cursor = undefined;
      wanted = 'recent';
      bound = LOADED_BY_ITSELF;
      heardAt.clear();
      heard.clear();
      created = 0;
      clearTimeout(waiting);
      waiting = undefined;
      store.setState(empty);
    },
  };
};

export type IncidentTableStore = ReturnType<typeof createIncidentTable>;
