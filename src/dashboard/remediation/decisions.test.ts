import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Remediation } from '../../incident/state.ts';
import { ApiFailure } from '../api/request.ts';
import { stepTypeName } from '../lib/plan-words.ts';
import { readProblem } from './decision-problem.ts';
import {
  awaitsDecision,
  isExpired,
  isSamePlan,
  mayExecute,
  typedConfirmation,
  whyNotDecide,
} from './decision-rules.ts';
import { diffWords } from './diff-words.ts';
import { shortDigest } from './remediation-look.ts';

const step = {
  stepId: 's1',
  type: 'sql_migration',
  description: 'd',
  status: 'pending',
  startedAt: null,
  endedAt: null,
  durationMs: null,
} as const;
const planOf = (change: Partial<Remediation> = {}): Remediation => ({
  remediationId: 'rem_1',
  title: 'Fix',
  description: '',
  requiresApproval: true,
  status: 'proposed',
  risk: 'low',
  blastRadius: [],
  rollback: null,
  undo: null,
  preconditions: [],
  expectedEffect: null,
  service: null,
  claimedBy: null,
  objections: [],
  outcomeEvidenceIds: [],
  planDigest: 'sha256:a',
  approvalId: null,
  approvalsRequired: 1,
  approvedBy: [],
  decisions: [],
  evidenceIds: [],
  steps: [step],
  proposedAt: 0,
  expiresAt: 1_000,
  approvedAt: null,
  executedAt: null,
  outcome: null,
  endReason: null,
  durationMs: null,
  eventId: 'evt_1',
  imported: false,
  ...change,
});
const admin = { roles: ['admin'], email: 'ana' };
const conflict = (code: string, details: Record<string, unknown> = {}) => new ApiFailure(409, code, 'message', details);

describe('the plan that was shown', () => {
  it('is told by its digest, whoever proposed it again', () => {
    expect(isSamePlan(planOf(), planOf({ eventId: 'evt_2' }))).toBe(true);
    expect(isSamePlan(planOf(), planOf({ planDigest: 'sha256:b' }))).toBe(false);
    expect(isSamePlan(planOf(), planOf({ remediationId: 'rem_2' }))).toBe(false);
  });

  it('is told by its event where the relay gives no digest', () => {
    expect(isSamePlan(planOf({ planDigest: null }), planOf({ planDigest: null }))).toBe(true);
    expect(isSamePlan(planOf({ planDigest: null }), planOf({ planDigest: null, eventId: 'evt_2' }))).toBe(false);
  });
});

describe('a plan', () => {
  it('expires by the clock, and then awaits no decision', () => {
    expect(awaitsDecision(planOf(), 999)).toBe(true);
    expect(isExpired(planOf(), 1_000)).toBe(true);
    expect(awaitsDecision(planOf(), 1_000)).toBe(false);
    expect(isExpired(planOf({ expiresAt: null }), 9e15)).toBe(false);
  });

  it('may run once approved, or where it needs no approval', () => {
    expect(mayExecute(planOf())).toBe(false);
    expect(mayExecute(planOf({ status: 'approved' }))).toBe(true);
    expect(mayExecute(planOf({ requiresApproval: false }))).toBe(true);
    expect(mayExecute(planOf({ status: 'executed' }))).toBe(false);
  });

  it('of high risk asks to type what it acts on', () => {
    expect(typedConfirmation(planOf())).toBeNull();
    expect(typedConfirmation(planOf({ risk: 'high', steps: [{ ...step, target: 'orders' }] }))).toBe('orders');
    expect(typedConfirmation(planOf({ risk: 'high', blastRadius: [{ service: 'checkout' }] }))).toBe('checkout');
    expect(typedConfirmation(planOf({ risk: 'high' }))).toBe('approve');
  });

  it('says why somebody may not decide', () => {
    expect(whyNotDecide({ roles: ['member'], email: 'm' }, planOf())).toContain('Only admins');
    expect(whyNotDecide(admin, planOf())).toBeUndefined();
    expect(whyNotDecide(admin, planOf({ approvalsRequired: 2, approvedBy: ['ana'] }))).toContain('another admin');
  });
});

describe('a refusal', () => {
  it('says who decided and when', () => {
    const details = { decidedBy: 'ben', decidedAt: '2026-01-01T00:00:00Z', verdict: 'rejected' };
    expect(readProblem(conflict('invalid_status', details), planOf())).toEqual({
      text: 'It is already rejected.',
      by: 'ben',
      at: Date.UTC(2026, 0, 1),
      again: false,
      changed: false,
    });
  });

  it('takes the decision from the plan where the server names none', () => {
    const decided = planOf({ decisions: [{ verdict: 'approved', by: 'cy', reason: null, at: 7, planDigest: null }] });
    expect(readProblem(conflict('already_decided'), decided)).toMatchObject({
      by: 'cy',
      at: 7,
      text: 'It is already approved.',
    });
  });

  it('of a changed plan asks to read it again', () => {
    expect(readProblem(conflict('plan_changed'), planOf())).toMatchObject({ changed: true, again: false });
  });

  it('that never reached the server may be tried again', () => {
    expect(readProblem(new ApiFailure(0, 'unreachable', '', {}), planOf())).toMatchObject({ again: true });
    expect(readProblem(new Error('no'), planOf())).toMatchObject({ again: true });
  });
});

describe('a comparison by words', () => {
  it('shows what went and what came', () => {
    expect(diffWords('ON orders (tenant_id)', 'ON orders (tenant_id, created_at)')).toEqual([
      { kind: 'same', text: 'ON orders (tenant_id' },
      { kind: 'added', text: ', created_at' },
      { kind: 'same', text: ')' },
    ]);
  });

  it('always gives back both texts', () => {
    const text = fc.string({ maxLength: 40 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = diffWords(before, after);
        const join = (without: string) =>
          parts
            .filter(({ kind }) => kind !== without)
            .map((part) => part.text)
            .join('');
        expect(join('added')).toBe(before);
        expect(join('removed')).toBe(after);
      }),
    );
  });
});

it('shortens a digest and names types of steps', () => {
  expect(shortDigest(`sha256:9f2c${'0'.repeat(56)}41ab`)).toBe('sha256:9f2c…41ab');
  expect(shortDigest('short')).toBe('short');
  expect(['sql_migration', 'restart_service', 'teleport'].map(stepTypeName)).toEqual([
    'SQL migration',
    'Restart service',
    'Teleport',
  ]);
});
