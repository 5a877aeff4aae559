import { isFailedResult, newMemory, readRow } from './read-row.ts';
import type { EventOf, Moment, Progress, Row, StepRow, ToolRow } from './rows.ts';

/** A call and its result are one row that changes. */
export const withResult = (call: ToolRow, result: Progress): ToolRow => {
  const { message, output, durationMs, evidenceIds = [] } = result.params;
  return {
    ...call,
    later: [...call.later, result],
    outcome: message,
    state: isFailedResult(result) ? 'failed' : 'done',
    leftBy: null,
    output,
    durationMs: durationMs ?? Math.max(0, result.at - call.event.at),
    evidenceIds: [...call.evidenceIds, ...evidenceIds],
  };
};

export const withStep = (before: StepRow, event: EventOf<'remediation.step'>): StepRow => {
  const { status, output, durationMs } = event.params;
  return {
    ...before,
    later: [...before.later, event],
    status,
    output: output ?? before.output,
    durationMs: durationMs ?? (status === 'running' ? null : Math.max(0, event.at - before.event.at)),
  };
};

const isBy = (event: Moment, { seq, at }: Moment): boolean =>
  event.seq !== null && seq !== null ? event.seq <= seq : event.at <= at;

/** The row as it was at a moment: without what changed it after that. */
export const rowAsOf = (row: Row, moment: Moment): Row => {
  if (row.kind === 'agent' || row.kind === 'plan') {
    const until = row.wait?.until ?? null;
    return until === null || isBy(until, moment) ? row : { ...row, wait: { until: null } };
  }
  if (row.kind !== 'tool' && row.kind !== 'step') return row;
  const known = row.later.filter((event) => isBy(event, moment));
  const isLeft = row.kind === 'tool' && row.leftBy !== null && isBy(row.leftBy, moment);
  const wasLeft = row.kind === 'tool' && row.leftBy !== null;
  if (known.length === row.later.length && isLeft === wasLeft) return row;
  const opened = readRow(row.event, row.ordinal, newMemory());
  if (row.kind === 'tool' && opened.kind === 'tool') {
    const results = known.filter((event) => event.method === 'investigation.progress');
    const answered = results.reduce(withResult, opened);
    return isLeft ? { ...answered, state: 'left', leftBy: row.leftBy } : answered;
  }
  if (row.kind === 'step' && opened.kind === 'step') {
    const steps = known.filter((event) => event.method === 'remediation.step');
    return steps.reduce(withStep, { ...opened, label: row.label });
  }
  return row;
};
