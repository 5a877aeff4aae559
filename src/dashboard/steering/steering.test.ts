import { describe, expect, it } from 'vitest';
import { emptyInvestigation } from '../../incident/empty.ts';
import { toIncidentEvent } from '../../incident/event.ts';
import { fold } from '../../incident/fold.ts';
import type { Investigation } from '../../incident/state.ts';
import { ApiFailure } from '../api/request.ts';
import { noAnswers, partsOf } from './feedback-answers.ts';
import { steeringProblem } from './steering-problem.ts';
import { feedbackWanted, isAtWork, mayInvestigateAgain, safeLink, whyNotAbort } from './steering-rules.ts';

const admin = { email: 'ana@a.example', roles: ['admin'] };
const member = { email: 'mia@a.example', roles: ['member'] };

type Told = [method: string, params?: Record<string, unknown>];
const foldOf = (...told: Told[]): Investigation =>
  fold(
    emptyInvestigation('inc_1'),
    told.flatMap(([method, params], index) => {
      const at = { incidentId: 'inc_1', eventId: `e${index}`, seq: index + 1, timestamp: '2026-03-03T14:27:00.000Z' };
      const event = toIncidentEvent(method, { ...at, ...params }, 0);
      return event === undefined ? [] : [event];
    }),
  );
const status = (word: string): Told => ['agent.status', { agentName: 'Logs', role: 'logs', status: word }];
const work: Told = ['investigation.progress', { agentName: 'Logs', message: 'Reading' }];
const cause: Told = ['investigation.completed', { rootCause: 'Index', confidence: 0.9, recommendedActions: [] }];
const plan: Told = [
  'remediation.proposed',
  { remediationId: 'rem_1', title: 'Fix', description: '', requiresApproval: true, steps: ['Create'] },
];
const executed: Told = ['remediation.executed', { remediationId: 'rem_1', outcome: 'resolved', durationMs: 1 }];
const given = (by: string, remediationId?: string): Told => [
  remediationId === undefined ? 'investigation.feedback_submitted' : 'remediation.feedback_submitted',
  { feedbackId: `${by} ${remediationId}`, by, rating: 4, ...(remediationId && { remediationId }) },
];

const running = ({ phase, agents }: Investigation) => ({ phase, atWork: isAtWork(agents), status: undefined });

describe('steering', () => {
  it('lets admins abort what runs, and says why nobody else can', () => {
    const atWork = running(foldOf(status('running'), work));
    expect(whyNotAbort(admin, atWork)).toBeUndefined();
    expect(whyNotAbort(member, atWork)).toBe('Only admins can abort');
    expect(whyNotAbort(undefined, atWork)).toBe('Only admins can abort');
    expect(whyNotAbort(admin, running(foldOf()))).toBe('Nothing is running');
    expect(whyNotAbort(admin, { ...running(foldOf()), status: 'triaging' })).toBeUndefined();
    expect(whyNotAbort(admin, { ...atWork, status: 'closed' })).toBe('Nothing is running');
    expect(whyNotAbort(admin, running(foldOf(work, cause, plan)))).toMatch(/rejecting/);
    expect(whyNotAbort(admin, running(foldOf(work, ['investigation.aborted', { by: 'ana' }])))).toBe(
      'Nothing is running',
    );
  });

  it('begins again only what has ended', () => {
    const again = (...told: Told[]) => mayInvestigateAgain(running(foldOf(...told)));
    expect(again(work)).toBe(false);
    expect(again(work, cause, status('running'))).toBe(false);
    expect(again(work, status('done'), cause)).toBe(true);
    expect(again(work, status('done'), cause, plan)).toBe(false);
    expect(again(work, status('done'), cause, plan, executed)).toBe(true);
    expect(again(work, status('done'), cause, plan, executed, status('running'))).toBe(false);
    expect(again(work, ['investigation.aborted', { by: 'ana' }])).toBe(true);
    // An agent that never said that it had done.
    const left = running(foldOf(work, cause, plan, executed, status('running')));
    expect(mayInvestigateAgain({ ...left, status: 'resolved' })).toBe(true);
    expect(mayInvestigateAgain({ ...left, status: 'investigating' })).toBe(false);
    // Closed by hand, and sent off again.
    const cut = { ...running(foldOf(work)), atWork: false };
    expect(mayInvestigateAgain({ ...cut, status: 'closed' })).toBe(true);
    expect(mayInvestigateAgain({ ...cut, status: 'investigating' })).toBe(false);
    expect(mayInvestigateAgain({ ...cut, status: 'closed', atWork: true })).toBe(false);
  });

  it('asks each person once for each part', () => {
    const wanted = (...told: Told[]) => {
      const { investigation, plan: fix } = feedbackWanted(foldOf(...told), admin);
      return `${investigation} ${fix?.remediationId ?? '-'}`;
    };
    expect(wanted(work)).toBe('false -');
    expect(wanted(work, cause)).toBe('true -');
    expect(wanted(work, status('running'), cause)).toBe('false -');
    expect(wanted(work, status('done'), cause)).toBe('true -');
    expect(wanted(work, cause, plan)).toBe('false -');
    expect(wanted(work, cause, plan, executed)).toBe('true rem_1');
    expect(wanted(work, cause, plan, executed, given(member.email))).toBe('true rem_1');
    expect(wanted(work, cause, plan, executed, given(admin.email))).toBe('false rem_1');
    expect(wanted(work, cause, plan, executed, given(admin.email, 'rem_1'), given(admin.email))).toBe('false -');
  });

  it('sends feedback only when what was asked is answered', () => {
    const both = feedbackWanted(foldOf(work, cause, plan, executed), admin);
    const answers = { ...noAnswers, rating: '4', accurate: 'yes', useful: 'no', comment: '  quick ' } as const;
    expect(partsOf(noAnswers, both)).toBeNull();
    expect(partsOf(answers, both)).toBeNull();
    expect(partsOf({ ...answers, outcome: 'partial' }, both)).toEqual({
      investigation: { rating: 4, rootCauseAccurate: true, recommendationsUseful: false, comment: 'quick' },
      remediation: { rating: 4, remediationId: 'rem_1', outcome: 'partial', comment: 'quick' },
    });
    expect(partsOf({ ...answers, comment: '' }, { investigation: true, plan: undefined })).toEqual({
      investigation: { rating: 4, rootCauseAccurate: true, recommendationsUseful: false },
    });
  });

  it('links only to pages', () => {
    expect(safeLink('https://runbooks.example/a b')).toBe('https://runbooks.example/a%20b');
    expect(safeLink('http://runbooks.example')).toBe('http://runbooks.example/');
    for (const address of ['javascript:alert(1)', 'data:text/html,x', '/relative', 'file:///etc/passwd', '', null])
      expect(safeLink(address)).toBeNull();
  });

  it('tells kindly what the server refused', () => {
    const told = (code: number, error: string) => steeringProblem(new ApiFailure(code, error, 'In its words.', {}));
    expect(told(409, 'no_active_investigation')).toMatch(/running any more/);
    expect(told(409, 'feedback_already_submitted')).toMatch(/already/);
    expect(told(403, 'forbidden')).toMatch(/role/);
    expect(told(0, 'unreachable')).toMatch(/not known/);
    expect(told(400, 'validation_error')).toBe('In its words.');
    expect(steeringProblem(new Error('x'))).toMatch(/went wrong/);
  });
});
