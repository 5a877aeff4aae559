import { expect, it } from 'vitest';
import { emptyChronicle, eventsOf, extend } from './chronicle.ts';
import { toIncidentEvent } from './event.ts';
import { postmortem } from './postmortem.ts';

const START = Date.UTC(2026, 2, 3, 14, 27);
const head = {
  incidentId: 'inc_1',
  title: 'Checkout is slow',
  severity: 'critical',
  status: 'resolved',
  createdAt: new Date(START).toISOString(),
};

type Told = [seconds: number, method: string, params: Record<string, unknown>];
const draftOf = (...told: Told[]): string => {
  const events = told.flatMap(([seconds, method, params], index) => {
    const timestamp = new Date(START + seconds * 1_000).toISOString();
    const all = { incidentId: 'inc_1', eventId: `e${index}`, seq: index + 1, timestamp, ...params };
    return toIncidentEvent(method, all, 0) ?? [];
  });
  const chronicle = extend(emptyChronicle('inc_1'), events);
  return postmortem(head, { events: eventsOf(chronicle), investigation: chronicle.investigation });
};

const whole: Told[] = [
  [2, 'investigation.progress', { agentName: 'Logs', message: 'reading', kind: 'tool_call', tool: 'read' }],
  [5, 'investigation.progress', { agentName: 'Logs', message: 'Every lookup scans', kind: 'finding' }],
  [
    6,
    'evidence.collected',
    { evidence: { evidenceId: 'evi_1', type: 'log', source: 'orders', summary: 'Slow queries' } },
  ],
  [
    7,
    'hypothesis.updated',
    {
      hypothesisId: 'h1',
      statement: 'Traffic surge',
      status: 'refuted',
      confidence: 0.04,
      evidenceIds: ['evi_1'],
      agentName: 'Metrics',
      reason: 'The rate is flat',
    },
  ],
  [
    60,
    'investigation.completed',
    {
      rootCause: 'A migration dropped the index',
      confidence: 0.94,
      recommendedActions: ['Review migrations'],
      impact: 'One in three checkouts failed',
      evidenceIds: ['evi_1'],
      causalChain: [{ label: 'Migration 42 ran', at: '2026-03-03T14:26:49Z' }],
      citations: [{ evidenceId: 'evi_1', quote: 'SCAN orders' }],
      openQuestions: ['Why did no test see it?'],
      notChecked: ['The payment provider’s own status'],
    },
  ],
  [
    70,
    'remediation.proposed',
    {
      remediationId: 'r',
      title: 'Recreate the index',
      requiresApproval: true,
      steps: [{ stepId: 's', description: 'Create it', command: 'CREATE INDEX i' }],
    },
  ],
  [100, 'remediation.approved', { remediationId: 'r', by: 'ana@a.example', reason: 'as agreed' }],
  [110, 'remediation.executing', { remediationId: 'r', by: 'ana@a.example' }],
  [150, 'remediation.executed', { remediationId: 'r', outcome: 'resolved' }],
];

const sectionOf = (draft: string, title: string): string => draft.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

it('says what happened in sentences, then when, why, what was ruled out, who decided and what is left to do', () => {
  const draft = draftOf(...whole);
  expect([...draft.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
    'Summary',
    'Impact',
    'Root cause',
    'Timeline',
    'What was ruled out',
    'The fix',
    'Actions',
    'Open questions',
    'Evidence',
  ]);
  expect(sectionOf(draft, 'Summary')).toContain(
    'On 2026-03-03 14:27:00 UTC a critical incident was opened: Checkout is slow.',
  );
  expect(sectionOf(draft, 'Summary')).toContain('From the opening to the end it took 2 min 30 s.');
  expect(sectionOf(draft, 'Impact')).toContain('One in three checkouts failed.');
  expect(sectionOf(draft, 'Root cause')).toContain('High confidence, 0.94_ (E1)');
  expect(sectionOf(draft, 'Root cause')).toContain('> SCAN orders (E1)');
  expect(sectionOf(draft, 'Root cause')).toContain('2026-03-03 14:26:49 UTC · Migration 42 ran. (no evidence)');
  const timeline = sectionOf(draft, 'Timeline');
  expect(timeline).toContain('| 2026-03-03 14:27:05 UTC | Logs: Every lookup scans |');
  expect(timeline).not.toContain('reading');
  expect(sectionOf(draft, 'What was ruled out')).toContain('Traffic surge. The rate is flat. (E1)');
  expect(sectionOf(draft, 'The fix')).toContain('14:28:40 UTC **approved** by ana@a.example: as agreed.');
  expect(sectionOf(draft, 'Actions')).toContain('- [ ] Review migrations');
  expect(sectionOf(draft, 'Open questions')).toContain('Not checked: The payment provider’s own status.');
});

it('is honest about what is not known', () => {
  expect(sectionOf(draftOf(), 'Root cause')).toContain('Not established');
  const lead = draftOf([
    9,
    'investigation.completed',
    { rootCause: 'Maybe DNS', confidence: 0.3, recommendedActions: [] },
  ]);
  expect(sectionOf(lead, 'Root cause')).toContain(
    '**Inconclusive.** Strongest lead: Maybe DNS. _Low confidence, 0.30_ (no evidence)',
  );
});

it('keeps what agents wrote as text: no heading, link, table or code of theirs', () => {
  const hostile = '# Ha\n[x](javascript:1) | <img src=x> ```';
  const draft = draftOf([5, 'investigation.progress', { agentName: 'Logs', message: hostile, kind: 'finding' }]);
  expect(sectionOf(draft, 'Timeline')).toContain('\\# Ha \\[x\\](javascript:1) \\| \\<img src=x\\> \\`\\`\\`');
});
