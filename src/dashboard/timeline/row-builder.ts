import type { IncidentEvent } from '../../incident/event.ts';
import { isFailedResult, type Memory, newMemory, readRow, stepKey } from './read-row.ts';
import {
  isFailed,
  noCounts,
  type Progress,
  type Row,
  type RowCounts,
  type RowList,
  type StepRow,
  type ToolRow,
} from './rows.ts';

type Building = {
  events: readonly IncidentEvent[];
  rows: Row[];
  revised: number[];
  indexById: Map<string, number>;
  /** Indexes of the calls without a result, by agent, oldest first. */
  openCalls: Map<string, number[]>;
  openSteps: Map<string, number>;
  memory: Memory;
  counts: Map<string, RowCounts>;
};

const begin = (): Building => ({
  events: [],
  rows: [],
  revised: [],
  indexById: new Map(),
  openCalls: new Map(),
  openSteps: new Map(),
  memory: newMemory(),
  counts: new Map([['', noCounts]]),
});

const isOf = (row: Row, counts: RowCounts, by: 1 | -1): RowCounts => ({
  all: counts.all,
  findings: counts.findings + (row.kind === 'finding' ? by : 0),
  tools: counts.tools + (row.kind === 'tool' ? by : 0),
  errors: counts.errors + (isFailed(row) ? by : 0),
});

const count = (building: Building, row: Row, by: 1 | -1): void => {
  for (const agent of row.agent === '' ? [''] : ['', row.agent]) {
    building.counts.set(agent, isOf(row, building.counts.get(agent) ?? noCounts, by));
  }
};

const countEvent = (building: Building, agent: string): void => {
  for (const name of agent === '' ? [''] : ['', agent]) {
    const counts = building.counts.get(name) ?? noCounts;
    building.counts.set(name, { ...counts, all: counts.all + 1 });
  }
};

const revise = (building: Building, index: number, after: Row): void => {
  const before = building.rows[index];
  if (before !== undefined) count(building, before, -1);
  count(building, after, 1);
  building.rows[index] = after;
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
    const row = building.rows[index];
    return row?.kind === 'tool' && (tool === undefined || row.tool === tool);
  });
};

const addResult = (building: Building, result: Progress): boolean => {
  const index = findCall(building, result);
  const call = index === undefined ? undefined : building.rows[index];
  if (index === undefined || call?.kind !== 'tool') return false;
  closeCall(building, call.agent, index);
  const { message, output, durationMs, evidenceIds = [] } = result.params;
  const after: ToolRow = {
    ...call,
    later: [...call.later, result],
    outcome: message,
    state: isFailedResult(result) ? 'failed' : 'done',
    output,
    durationMs: durationMs ?? Math.max(0, result.at - call.event.at),
    evidenceIds: [...call.evidenceIds, ...evidenceIds],
  };
  revise(building, index, after);
  building.indexById.set(result.id, index);
  countEvent(building, call.agent);
  return true;
};

const addToStep = (building: Building, row: StepRow): boolean => {
  const key = stepKey(row.remediationId, row.stepId);
  const index = building.openSteps.get(key);
  const before = index === undefined ? undefined : building.rows[index];
  if (index === undefined || before?.kind !== 'step') return false;
  if (row.status !== 'running') building.openSteps.delete(key);
  const later = [...before.later, row.event];
  const { status, output, durationMs } = row;
  revise(building, index, {
    ...before,
    later,
    status,
    output: output ?? before.output,
    durationMs: durationMs ?? (status === 'running' ? null : Math.max(0, row.event.at - before.event.at)),
  });
  building.indexById.set(row.event.id, index);
  countEvent(building, '');
  return true;
};

/** An agent that is gone answers no more: its open calls say so instead of running for ever. */
const leaveCalls = (building: Building, agent: string): void => {
  for (const index of building.openCalls.get(agent) ?? []) {
    const call = building.rows[index];
    if (call?.kind === 'tool') revise(building, index, { ...call, state: 'left' });
  }
  building.openCalls.delete(agent);
};

const add = (building: Building, event: IncidentEvent): void => {
  if (event.method === 'investigation.progress' && event.params.kind === 'tool_result') {
    if (addResult(building, event)) return;
  }
  const row = readRow(event, building.memory);
  if (row.kind === 'step' && addToStep(building, row)) return;
  const index = building.rows.push(row) - 1;
  building.indexById.set(event.id, index);
  count(building, row, 1);
  countEvent(building, row.agent);
  if (row.kind === 'tool' && row.state === 'running') {
    const open = building.openCalls.get(row.agent);
    if (open === undefined) building.openCalls.set(row.agent, [index]);
    else open.push(index);
  } else if (row.kind === 'step' && row.status === 'running') {
    building.openSteps.set(stepKey(row.remediationId, row.stepId), index);
  } else if (row.kind === 'agent' && (row.status === 'done' || row.status === 'failed')) {
    leaveCalls(building, row.agent);
  } else if (row.kind === 'aborted') {
    for (const agent of [...building.openCalls.keys()]) leaveCalls(building, agent);
  }
};

/** Whether `after` is `before` with more at its end; events are only ever added, so one look at the seam decides. */
const isContinued = (before: readonly IncidentEvent[], after: readonly IncidentEvent[]): boolean =>
  before.length === 0 || (after.length >= before.length && after[before.length - 1] === before[before.length - 1]);

/** Builds rows as events come. Handing it the same events again changes nothing. */
export const createRowBuilder = () => {
  let building = begin();
  let generation = 0;
  let last: RowList | undefined;
  return (events: readonly IncidentEvent[]): RowList => {
    if (last !== undefined && building.events === events) return last;
    if (!isContinued(building.events, events)) {
      building = begin();
      generation += 1;
    }
    const current = building;
    for (let index = current.events.length; index < events.length; index += 1) {
      const event = events[index];
      if (event !== undefined) add(current, event);
    }
    current.events = events;
    last = {
      rows: current.rows,
      length: current.rows.length,
      revised: current.revised,
      revisions: current.revised.length,
      generation,
      counts: current.counts.get('') ?? noCounts,
      countsByAgent: current.counts,
      indexOf: (eventId) => current.indexById.get(eventId),
    };
    return last;
  };
};

/** The same, all at once. */
export const toRows = (events: readonly IncidentEvent[]): readonly Row[] => createRowBuilder()(events).rows;
