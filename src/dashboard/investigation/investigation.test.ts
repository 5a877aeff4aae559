import { describe, expect, it } from 'vitest';
import { closedWith } from '../../incident/closed.ts';
import { emptyInvestigation } from '../../incident/empty.ts';
import { toIncidentEvent } from '../../incident/event.ts';
import { fold } from '../../incident/fold.ts';
import type { Investigation } from '../../incident/state.ts';
import { announcementOf } from './announce.ts';
import { phasesOf } from './phases.ts';
import { summarize } from './summarize.ts';

const START = Date.UTC(2026, 2, 3, 14, 27);
type Told = [seconds: number, method: string, params?: Record<string, unknown>];

const foldOf = (...told: Told[]): Investigation =>
  fold(
    emptyInvestigation('inc_1'),
    told.flatMap(([seconds, method, params], index) => {
      const timestamp = new Date(START + seconds * 1_000).toISOString();
      const event = toIncidentEvent(
        method,
        { incidentId: 'inc_1', eventId: `e${index}`, seq: index + 1, timestamp, ...params },
        0,
      );
      return event === undefined ? [] : [event];
    }),
  );

const work: Told = [0, 'investigation.progress', { agentName: 'Logs', message: 'Reading the log' }];
const cause: Told = [
  60,
  'investigation.completed',
  { rootCause: 'Index gone', confidence: 0.94, recommendedActions: ['Add it'] },
];
const steps = [
  { stepId: 's1', type: 'sql_migration', description: 'Create the index' },
  { stepId: 's2', type: 'verification', description: 'Watch p99' },
];
const plan: Told = [
  70,
  'remediation.proposed',
  { remediationId: 'r', title: 'Recreate', requiresApproval: true, steps, rollback: 'DROP INDEX i' },
];
const approved: Told = [100, 'remediation.approved', { remediationId: 'r', by: 'ana' }];
const step = (seconds: number, stepId: string, status: string): Told => [
  seconds,
  'remediation.step',
  { remediationId: 'r', stepId, status },
];
const running: Told[] = [[105, 'remediation.executing', { remediationId: 'r' }], step(105, 's1', 'running')];
const ended: Told[] = [
  step(120, 's1', 'completed'),
  step(121, 's2', 'running'),
  step(150, 's2', 'completed'),
  [151, 'remediation.executed', { remediationId: 'r', outcome: 'p99 is 81 ms' }],
];

const states = (investigation: Investigation): string =>
  phasesOf(investigation)
    .map(({ name, state }) => `${name} ${state}`)
    .join(', ');
const lengthOf = (investigation: Investigation, name: string): number => {
  const phase = phasesOf(investigation).find((one) => one.name === name);
  return ((phase?.to ?? 0) - (phase?.from ?? 0)) / 1_000;
};

describe('the way of an investigation', () => {
  it('lies ahead before anybody began', () => {
    expect(states(foldOf())).toBe(
      'Investigate upcoming, Root cause upcoming, Approval upcoming, Execute upcoming, Verify upcoming',
    );
  });

  it('has triage of its own where an agent does it', () => {
    const triage: Told = [0, 'agent.status', { agentName: 'T', role: 'triage', status: 'running' }];
    const done: Told = [9, 'agent.status', { agentName: 'T', role: 'triage', status: 'done' }];
    expect(states(foldOf(triage, work))).toContain('Triage current, Investigate upcoming');
    expect(states(foldOf(triage, work, done))).toContain('Triage done, Investigate current');
  });

  it('stands at the approval while a plan waits', () => {
    const waiting = foldOf(work, cause, plan);
    expect(states(waiting)).toBe(
      'Investigate done, Root cause done, Approval current, Execute upcoming, Verify upcoming',
    );
    expect(lengthOf(waiting, 'Investigate')).toBe(60);
    expect(lengthOf(waiting, 'Root cause')).toBe(10);
  });

  it('goes on to execute and to verify', () => {
    expect(states(foldOf(work, cause, plan, approved))).toContain('Approval done, Execute current, Verify upcoming');
    expect(states(foldOf(work, cause, plan, approved, ...running))).toContain('Execute current, Verify upcoming');
    expect(states(foldOf(work, cause, plan, approved, ...running, ...ended.slice(0, 2)))).toContain(
      'Execute done, Verify current',
    );
    const over = foldOf(work, cause, plan, approved, ...running, ...ended);
    expect(states(over)).toContain('Execute done, Verify done');
    expect([lengthOf(over, 'Approval'), lengthOf(over, 'Execute'), lengthOf(over, 'Verify')]).toEqual([30, 16, 29]);
  });

  it('ends where it was refused, or where a step failed', () => {
    const rejected: Told = [90, 'remediation.rejected', { remediationId: 'r', by: 'ben', reason: 'no' }];
    expect(states(foldOf(work, cause, plan, rejected))).toContain('Approval failed, Execute upcoming');
    const failed: Told = [130, 'remediation.failed', { remediationId: 'r' }];
    expect(states(foldOf(work, cause, plan, approved, ...running, step(120, 's1', 'failed'), failed))).toContain(
      'Execute failed, Verify upcoming',
    );
  });

  it('counts a check before the first act as part of executing', () => {
    const [at, method, params] = plan;
    const checked: Told = [at, method, { ...params, steps: [{ ...steps[1], stepId: 's0' }, ...steps] }];
    const begun: Told[] = [[105, 'remediation.executing', { remediationId: 'r' }], step(105, 's0', 'completed')];
    expect(states(foldOf(work, cause, checked, approved, ...begun))).toContain('Execute current, Verify upcoming');
  });

  it('skips the approval that a plan does not need', () => {
    const [at, method, params] = plan;
    expect(states(foldOf(work, cause, [at, method, { ...params, requiresApproval: false }]))).toContain(
      'Approval skipped, Execute current',
    );
  });

  it('stands still once the incident was closed by hand', () => {
    const closing = { status: 'closed', at: START + 300_000 } as const;
    expect(states(closedWith(foldOf(work), closing))).toContain('Investigate skipped, Root cause upcoming');
    const concluded = closedWith(foldOf(work, cause), closing);
    expect(states(concluded)).toContain('Investigate done, Root cause done, Approval upcoming');
    expect(lengthOf(concluded, 'Root cause')).toBe(240);
    expect(summarize(closedWith(foldOf(work), closing), '')).toMatchObject({
      goingOn: 'The incident is over; the agents had come to no conclusion.',
      next: 'Nothing more is needed.',
    });
  });

  it('breaks off where it was aborted', () => {
    expect(states(foldOf(work, [5, 'investigation.aborted', { by: 'ana' }]))).toContain('Investigate failed');
  });
});

describe('the summary', () => {
  it('answers the three questions at every phase', () => {
    expect(summarize(foldOf(), 'p99 above 2 s')).toEqual({
      goingOn: 'Waiting for agents to pick it up. p99 above 2 s',
      cause: 'Not known yet.',
      next: 'Nothing yet; it begins when an agent takes it up.',
    });
    expect(summarize(foldOf(work), '').goingOn).toBe('1 agent is at work. Logs: Reading the log');
    expect(summarize(foldOf(work, cause), 'd')).toMatchObject({
      cause: 'Index gone. High confidence, 0.94.',
      next: 'Recommended: Add it.',
    });
    expect(summarize(foldOf(work, cause, plan), '').next).toBe('Approve or reject: Recreate');
    expect(summarize(foldOf(work, cause, plan, approved, ...running), '').goingOn).toBe(
      'Step 1 of 2 runs: Create the index',
    );
    expect(summarize(foldOf(work, cause, plan, approved, ...running, ...ended.slice(0, 1)), '').goingOn).toBe(
      '1 of 2 steps done.',
    );
    expect(summarize(foldOf(work, cause, plan, approved, ...running, ...ended), '').goingOn).toBe('p99 is 81 ms');
  });

  it('calls a cause of low confidence inconclusive, with its lead', () => {
    const low = foldOf(work, [
      60,
      'investigation.completed',
      { rootCause: 'Maybe DNS', confidence: 0.3, recommendedActions: [] },
    ]);
    expect(summarize(low, '').cause).toBe('Inconclusive. Strongest lead: Maybe DNS. Low confidence, 0.30.');
  });

  it('shows the way back where the fix failed', () => {
    const failed: Told = [130, 'remediation.failed', { remediationId: 'r', outcome: 'locked' }];
    expect(summarize(foldOf(work, cause, plan, approved, ...running, failed), '')).toMatchObject({
      goingOn: 'The fix failed. Locked.',
      next: 'Go back: DROP INDEX i',
    });
  });
});

it('tells boundaries to screen readers in a sentence', () => {
  expect(announcementOf(foldOf(work))).toBe('The investigation is running.');
  expect(announcementOf(foldOf(work, cause))).toBe('Root cause found: Index gone');
  expect(announcementOf(foldOf(work, cause, plan))).toBe('A plan awaits approval: Recreate');
  expect(announcementOf(foldOf(work, cause, plan, approved, ...running, ...ended))).toBe('Completed: p99 is 81 ms');
});
