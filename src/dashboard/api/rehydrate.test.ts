import { afterEach, expect, test, vi } from 'vitest';
import { rehydrateIncident } from './rehydrate.ts';

const evidence = (number: number) => ({
  evidenceId: `evi_${number}`,
  type: 'log',
  source: 'search',
  summary: `Line ${number}`,
  severity: 'high',
  timestamp: '2026-01-15T10:00:00.000Z',
  rawSnippet: 'x',
});
const RESULTS = {
  incidentId: 'inc_1',
  rootCause: 'The index is gone.',
  confidence: 0.8,
  evidence: [],
  recommendedActions: [],
};
const PLAN = {
  remediationId: 'rem_1',
  incidentId: 'inc_1',
  title: 'Rebuild',
  description: '',
  status: 'awaiting_approval',
  requiresApproval: true,
  approvedBy: null,
  approvedAt: null,
  steps: ['Rebuild'],
  outcome: null,
  proposedAt: '2026-01-15T10:05:00.000Z',
  executedAt: null,
};

type Reply = { status: number; body: unknown };
const ok = (body: unknown): Reply => ({ status: 200, body });
const refused = (status: number): Reply => ({ status, body: { error: 'its_own', message: 'no' } });
const page = (from: number, count: number, nextCursor: string | null) =>
  ok({ items: Array.from({ length: count }, (_, index) => evidence(from + index)), total: 450, nextCursor });

const asked: string[] = [];
/** An API that answers as `reply` says, by path and query; what it throws is a network that is down. */
const api = (reply: (path: string) => Reply): void => {
  asked.splice(0);
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    const { status, body } = reply(path);
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
  });
};
afterEach(() => vi.unstubAllGlobals());

const healthy = (path: string): Reply => {
  if (path.startsWith('/v1/investigation/')) return ok(RESULTS);
  if (path.startsWith('/v1/remediation/')) return ok({ remediations: [PLAN] });
  if (!path.includes('cursor=')) return page(0, 200, 'a/b');
  return path.endsWith('cursor=a%2Fb') ? page(200, 200, 'c') : page(400, 50, null);
};
const methods = async () => {
  const { events, isWhole } = await rehydrateIncident('inc_1', 'all', 0);
  const count = (name: string) => events.filter(({ method }) => method === name).length;
  return {
    isWhole,
    evidence: count('evidence.collected'),
    causes: count('investigation.completed'),
    plans: count('remediation.proposed'),
  };
};

test('all pages of the evidence are read, each once', async () => {
  api(healthy);
  expect(await methods()).toEqual({ isWhole: true, evidence: 450, causes: 1, plans: 1 });
  expect(asked.filter((path) => path.includes('/evidence'))).toEqual([
    '/v1/triage/inc_1/evidence?limit=200',
    '/v1/triage/inc_1/evidence?limit=200&cursor=a%2Fb',
    '/v1/triage/inc_1/evidence?limit=200&cursor=c',
  ]);
});

test('the same snapshot twice is the same events', async () => {
  api(healthy);
  const names = async () => (await rehydrateIncident('inc_1', 'all', Date.now())).events.map(({ id }) => id);
  expect(await names()).toEqual(await names());
  expect(new Set(await names()).size).toBe((await names()).length);
});

test('a server that names a page again and again is not asked for ever', async () => {
  api((path) => (path.includes('/evidence') ? page(0, 200, 'same') : healthy(path)));
  await methods();
  expect(asked.filter((path) => path.includes('/evidence'))).toHaveLength(2);
});

test('a page that fails loses none of those before it, and the rest is to be asked for again', async () => {
  api((path) => (path.endsWith('cursor=c') ? refused(503) : healthy(path)));
  expect(await methods()).toEqual({ isWhole: false, evidence: 400, causes: 1, plans: 1 });
});

test.each([500, 502, 503, 429])(
  'a part that fails with %i leaves the others, and is to be asked for again',
  async (status) => {
    api((path) => (path.startsWith('/v1/investigation/') ? refused(status) : healthy(path)));
    expect(await methods()).toEqual({ isWhole: false, evidence: 450, causes: 0, plans: 1 });
  },
);

test.each([403, 404])('what the API refuses with %i there is none of, and nothing to ask for again', async (status) => {
  api((path) => (path.startsWith('/v1/remediation/') ? refused(status) : healthy(path)));
  expect(await methods()).toEqual({ isWhole: true, evidence: 450, causes: 1, plans: 0 });
});

test('a network that is down, and an answer that cannot be read, are no end of it', async () => {
  api(() => {
    throw new Error('down');
  });
  expect(await methods()).toEqual({ isWhole: false, evidence: 0, causes: 0, plans: 0 });
});
