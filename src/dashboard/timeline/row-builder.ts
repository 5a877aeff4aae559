import { type Chronicle, eventAt } from '../../incident/chronicle.ts';
import type { IncidentEvent } from '../../incident/event.ts';
import { firstIndex } from '../../incident/first-index.ts';
import { type Memory, newMemory, readRow, stepKey } from './read-row.ts';
import { withResult, withStep } from './row-changes.ts';
import { addCounts, type CountsByAgent, countEvent, countRow, subtractCounts } from './row-counts.ts';
import { type Moment, nextGeneration, noCounts, type Progress, type Row, type RowList, type StepRow } from './rows.ts';

type Building = {
  chronicle: Chronicle | null;
  /** When the incident was over without an event of it saying so. */
  closedAt: number | null;
  /** Index of `rows[0]`. */
  first: number;
  rows: Row[];
  /** Indexes of rows that were replaced, and how often one was before the first of them. */
  revised: number[];
  revisedBefore: number;
  indexById: Map<string, number>;
  /** Indexes of the calls without a result, by agent, oldest first. */
  openCalls: Map<string, number[]>;
  openSteps: Map<string, number>;
  /** Indexes of the rows that wait, by whom or what they wait for. */
  waits: Map<string, number>;
  memory: Memory;
  counts: CountsByAgent;
};

const begin = (first: number): Building => ({
  chronicle: null,
  closedAt: null,
  first,
  rows: [],
  revised: [],
  revisedBefore: 0,
  indexById: new Map(),
  openCalls: new Map(),
  openSteps: new Map(),
  waits: new Map(),
  memory: newMemory(),
  counts: new Map([['', noCounts]]),
});

const rowAt = (building: Building, index: number): Row | undefined => building.rows[index - building.first];

const revise = (building: Building, index: number, after: Row): void => {
  const before = rowAt(building, index);
  if (before === undefined) return;
  countRow(building.counts, before, -1);
  countRow(building.counts, after, 1);
  building.rows[index - building.first] = after;
  building.revised.push(index);
};

const closeCall = (building: Building, agent: string, index: number): void => {
  const open = building.openCalls.get(agent);
  const place = open?.indexOf(index) ?? -1;
  if (place >= 0) open?.splice(place, 1);
};

/** The call that a result ends: the one it names, or else the agent's newest open call of that tool. */
const findCall = (building: Building, result: Progress): number | undefined => {
  const { parentEventId, agentName, tool } = result.params;
  if (parentEventId !== undefined) return building.indexById.get(parentEventId);
  return building.openCalls.get(agentName)?.findLast((index) => {
    const row = rowAt(building, index);
    return row?.kind === 'tool' && (tool === undefined || row.tool === tool);
  });
};

const addResult = (building: Building, result: Progress): boolean => {
  const index = findCall(building, result);
  const call = index === undefined ? undefined : rowAt(building, index);
  if (index === undefined || call?.kind !== 'tool') return false;
  closeCall(building, call.agent, index);
  revise(building, index, withResult(call, result));
  building.indexById.set(result.id, index);
  countEvent(building.counts, call.agent);
  return true;
};

const addToStep = (building: Building, row: StepRow): boolean => {
  const key = stepKey(row.remediationId, row.stepId);
  const index = building.openSteps.get(key);
  const before = index === undefined ? undefined : rowAt(building, index);
  if (index === undefined || before?.kind !== 'step' || row.event.method !== 'remediation.step') return false;
  if (row.status !== 'running') building.openSteps.delete(key);
  revise(building, index, withStep(before, row.event));
  building.indexById.set(row.event.id, index);
  countEvent(building.counts, '');
  return true;
};

/** An agent that is gone answers no more: its open calls say so instead of running for ever. */
const leaveCalls = (building: Building, agent: string, leftBy: Moment): void => {
  for (const index of building.openCalls.get(agent) ?? []) {
    const call = rowAt(building, index);
    if (call?.kind === 'tool') revise(building, index, { ...call, state: 'left', leftBy });
  }
  building.openCalls.delete(agent);
};

/** Whom an event that ends a waiting is of: an agent that goes on, or a plan that was decided. */
const waitKey = (row: Row): string => {
  if (row.kind === 'plan') return 'remediationId' in row.event.params ? `plan ${row.event.params.remediationId}` : '';
  return row.agent === '' ? '' : `agent ${row.agent}`;
};

const keepWaits = (building: Building, row: Row, index: number): void => {
  const key = waitKey(row);
  if (key === '') return;
  const waiting = building.waits.get(key);
  const before = waiting === undefined ? undefined : rowAt(building, waiting);
  if (waiting !== undefined && (before?.kind === 'agent' || before?.kind === 'plan')) {
    building.waits.delete(key);
    revise(building, waiting, { ...before, wait: { until: row.event } });
  }
  if ((row.kind === 'agent' || row.kind === 'plan') && row.wait !== null) building.waits.set(key, index);
};

/** Nobody is at work after the end: no call is answered any more, and no agent waits. */
const endWork = (building: Building, end: Moment): void => {
  for (const agent of [...building.openCalls.keys()]) leaveCalls(building, agent, end);
  for (const [key, index] of building.waits) {
    const row = rowAt(building, index);
    if (row?.kind !== 'agent') continue;
    building.waits.delete(key);
    revise(building, index, { ...row, wait: { until: end } });
  }
};

const add = (building: Building, event: IncidentEvent, ordinal: number): void => {
  if (event.method === 'investigation.progress' && event.params.kind === 'tool_result') {
    if (addResult(building, event)) return;
  }
  const row = readRow(event, ordinal, building.memory);
  if (row.kind === 'step' && addToStep(building, row)) return;
  const index = building.first + building.rows.push(row) - 1;
  building.indexById.set(event.id, index);
  countRow(building.counts, row, 1);
  countEvent(building.counts, row.agent);
  keepWaits(building, row, index);
  if (row.kind === 'tool' && row.state === 'running') {
    const open = building.openCalls.get(row.agent);
    if (open === undefined) building.openCalls.set(row.agent, [index]);
    else open.push(index);
  } else if (row.kind === 'step' && row.status === 'running') {
    building.openSteps.set(stepKey(row.remediationId, row.stepId), index);
  } else if (row.kind === 'agent' && (row.status === 'done' || row.status === 'failed')) {
    leaveCalls(building, row.agent, event);
  } else if (row.kind === 'aborted' || event.method === 'remediation.executed') {
    endWork(building, event);
  }
};

/** The events from this number on, and that nobody works on after them where the incident is over. */
const addFrom = (building: Building, from: number, chronicle: Chronicle, closedAt: number | null): void => {
  for (let ordinal = from; ordinal < chronicle.end; ordinal += 1) {
    const event = eventAt(chronicle, ordinal);
    if (event !== undefined) add(building, event, ordinal);
  }
  if (closedAt !== null) endWork(building, { seq: null, at: closedAt });
  building.closedAt = closedAt;
};

/** The place of the first row whose event has at least this number. */
const placeFrom = ({ rows }: Building, ordinal: number, length = rows.length): number =>
  firstIndex(0, length, (place) => (rows[place]?.ordinal ?? 0) < ordinal);

const letGo = (building: Building, ordinal: number): void => {
  const gone = building.rows.splice(0, placeFrom(building, ordinal));
  for (const { event, later } of gone) {
    building.indexById.delete(event.id);
    for (const { id } of later) building.indexById.delete(id);
  }
  building.first += gone.length;
  const kept = building.revised.findIndex((index) => index >= building.first);
  building.revisedBefore += building.revised.splice(0, kept < 0 ? building.revised.length : kept).length;
};

const countKept = ({ chronicle, closedAt }: Building): CountsByAgent => {
  const counting = begin(0);
  if (chronicle !== null) addFrom(counting, chronicle.first, chronicle, closedAt);
  return counting.counts;
};

/** Built anew over a chronicle that was changed in its middle or at its front; what was let go is counted still. */
const rebuild = (before: Building, chronicle: Chronicle, closedAt: number | null): Building => {
  const counted = countKept(before);
  const building = begin(0);
  addFrom(building, chronicle.first, chronicle, closedAt);
  const isSame = before.chronicle?.investigation.incidentId === chronicle.investigation.incidentId;
  if (!isSame || chronicle.end < (before.chronicle?.end ?? 0)) return building;
  // Older events that came back were counted when they were here first.
  if (chronicle.first < (before.chronicle?.first ?? 0)) building.counts = new Map(before.counts);
  else building.counts = addCounts(building.counts, subtractCounts(before.counts, counted));
  return building;
};

/**
 * Builds rows as events come. Handing it the same chronicle again changes nothing. `closedAt` is when the incident was over
 * without an event saying so: what was under way then is not any more.
 */
export const createRowBuilder = () => {
  let building = begin(0);
  let generation = nextGeneration();
  let last: RowList | undefined;
  const isContinued = (chronicle: Chronicle, closedAt: number | null): boolean => {
    const before = building.chronicle;
    if (building.closedAt !== null && closedAt === null) return false;
    return before === null
      ? chronicle.first === 0
      : chronicle.generation === before.generation && chronicle.end >= before.end && chronicle.first >= before.first;
  };
  return (chronicle: Chronicle, closedAt: number | null = null): RowList => {
    if (last !== undefined && building.chronicle === chronicle && building.closedAt === closedAt) return last;
    if (isContinued(chronicle, closedAt)) {
      addFrom(building, building.chronicle?.end ?? 0, chronicle, closedAt);
      if (chronicle.first > (building.chronicle?.first ?? 0)) letGo(building, chronicle.first);
    } else {
      building = rebuild(building, chronicle, closedAt);
      generation = nextGeneration();
    }
    building.chronicle = chronicle;
    const current = building;
    const length = current.rows.length;
    const revisions = current.revisedBefore + current.revised.length;
    last = {
      first: current.first,
      end: current.first + length,
      rowAt: (index) => rowAt(current, index),
      revisions,
      revisedSince: (since) =>
        current.revised.slice(
          Math.max(0, since - current.revisedBefore),
          Math.max(0, revisions - current.revisedBefore),
        ),
      generation,
      counts: current.counts.get('') ?? noCounts,
      countsByAgent: current.counts,
      indexOf: (eventId) => current.indexById.get(eventId),
      indexFrom: (ordinal) => current.first + placeFrom(current, ordinal, Math.min(length, current.rows.length)),
    };
    return last;
  };
};

/** The rows of a list, oldest first. */
export const rowsOf = ({ first, end, rowAt: at }: RowList): Row[] => {
  const rows: Row[] = [];
  for (let index = first; index < end; index += 1) {
    const row = at(index);
    if (row !== undefined) rows.push(row);
  }
  return rows;
};
