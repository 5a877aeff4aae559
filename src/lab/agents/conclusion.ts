import { confidenceOf } from '../../agent/confidence.ts';
import type { BoardEntry } from './board.ts';
import type { Case } from './case.ts';
import { type Cited, idsOf } from './cited.ts';
import type { Facts, Symptom } from './facts.ts';
import type { Team } from './gather.ts';
import type { Verdict } from './judge.ts';
import { valueWords } from './metric-words.ts';
import type { Conclusion } from './publication.ts';
import { clock, span } from './words.ts';

/** What no agent here has a tool for; said, so that nobody takes silence for health. */
const OUT_OF_REACH = [
  'CPU, memory and disk of the hosts',
  'the network between the services',
  'the people’s own devices and networks',
];

const iso = (at: number): string => new Date(at).toISOString();

const notChecked = (team: Team): string[] => {
  const gaps = Object.values(team).flatMap((lane) => {
    const stopped = lane.hold.stoppedBy();
    return [...lane.gaps(), ...(stopped === undefined ? [] : [`what ${lane.name} would have looked at: ${stopped}`])];
  });
  return [...new Set([...gaps, ...OUT_OF_REACH])];
};

const impactOf = ({ symptom: { objective }, onset }: Facts): string => {
  const unit = objective.unit;
  return `${objective.name} (${objective.service}) went from ${valueWords(onset.before, unit)} to ${valueWords(onset.after, unit)}, over its limit of ${valueWords(objective.limit, unit)}, since ${clock(onset.at)}: ${span(Date.now() - onset.at)} so far.`;
};

const refutedOf = (entries: readonly BoardEntry[]): string[] =>
  entries
    .filter(({ status }) => status === 'refuted')
    .map(({ statement, reason }) => `Ruled out: ${statement}. ${reason}`);

/** The root cause in plain words, with what shows it, what speaks against it and what is left open. */
export const conclude = (
  work: Case,
  facts: Facts,
  verdict: Extract<Verdict, { kind: 'confirmed' }>,
  team: Team,
): Conclusion => {
  const { lead, tested, runnerUp } = verdict;
  const { suspicion, hypothesis } = lead;
  const { symptom, onset } = facts;
  const effect: { label: string; at: number; cited: readonly Cited[] } = {
    label: `${symptom.objective.name} left its usual level`,
    at: onset.at,
    cited: [onset.cite(), symptom.cite()],
  };
  const chain = [...(tested.chain ?? []), effect];
  const cited = [...tested.cited, ...hypothesis.cited, onset.cite()];
  const changeId = tested.changeId ?? suspicion.changeId;
  const questions = [
    ...(runnerUp === undefined || confidenceOf(runnerUp.hypothesis.belief) < 0.15
      ? []
      : [`${runnerUp.hypothesis.statement}: not fully ruled out. ${runnerUp.hypothesis.reason}`]),
    ...hypothesis.against.slice(0, 2).map(({ quote }) => `Not explained: ${quote}`),
  ];
  return {
    incidentId: work.incidentId,
    rootCause: tested.rootCause ?? tested.statement ?? suspicion.statement,
    confidence: confidenceOf(hypothesis.belief),
    recommendedActions: (tested.remedies ?? []).map(({ title }, index) =>
      index === 0 ? `${title}: proposed for approval` : `Or: ${title}`,
    ),
    causalChain: chain.map(({ label, at, cited: of }) => ({
      label,
      evidenceIds: idsOf(of),
      ...(at === undefined ? {} : { at: iso(at) }),
    })),
    impact: impactOf(facts),
    evidenceIds: idsOf(cited),
    contradictingEvidenceIds: idsOf(hypothesis.against),
    citations: uniqueCitations([...cited, ...hypothesis.against]),
    openQuestions: questions,
    notChecked: notChecked(team),
    cause: {
      kind: suspicion.kind,
      service: tested.service ?? suspicion.service,
      subject: tested.subject ?? suspicion.subject,
      ...(changeId === undefined || changeId === '' ? {} : { changeId }),
    },
  };
};

const uniqueCitations = (cited: readonly Cited[]): Cited[] =>
  [...new Map(cited.map((one) => [`${one.evidenceId} ${one.quote}`, one])).values()].slice(0, 20);

/** An honest end without a cause: the strongest lead, what was ruled out, what nobody looked at. */
export const concludeOpen = (
  work: Case,
  team: Team | undefined,
  facts: Facts | undefined,
  verdict: Verdict | undefined,
  why: string,
): Conclusion => {
  const entries = work.board.entries();
  const [strongest] = entries.filter(({ status }) => status !== 'refuted').sort((a, b) => b.confidence - a.confidence);
  const lead = verdict?.lead?.hypothesis;
  const cited = lead?.cited ?? [];
  return {
    incidentId: work.incidentId,
    confidence: Math.min(strongest?.confidence ?? 0.1, 0.5),
    rootCause: `Inconclusive: ${why}${strongest === undefined ? '' : ` The strongest lead: ${strongest.statement}.`}`,
    recommendedActions: [
      ...(strongest === undefined ? [] : [`Look further into: ${strongest.statement}`]),
      'Add context if you know of a change that is in no feed, and investigate again',
      ...refutedOf(entries),
    ],
    evidenceIds: idsOf(cited),
    contradictingEvidenceIds: idsOf(lead?.against ?? []),
    citations: uniqueCitations(cited),
    openQuestions: verdict?.lead === undefined ? [] : [verdict.lead.suspicion.check],
    notChecked: team === undefined ? OUT_OF_REACH : notChecked(team),
    ...(facts === undefined ? {} : { impact: impactOf(facts) }),
  };
};

/** Nothing is missed any more, and nothing was found: an alarm over nothing, or over something that passed. */
export const concludeNothingWrong = (work: Case, team: Team, symptom: Symptom | undefined): Conclusion => ({
  incidentId: work.incidentId,
  confidence: 0.7,
  rootCause:
    symptom === undefined
      ? 'Nothing is wrong that these agents can see: every objective is met and the services say they are up.'
      : `${symptom.objective.name} is met again, and nothing was found that made it miss: it passed by itself.`,
  recommendedActions: ['Close the incident if you agree', ...refutedOf(work.board.entries())],
  evidenceIds: symptom === undefined ? [] : idsOf([symptom.cite()]),
  notChecked: notChecked(team),
  cause: { kind: 'none', service: symptom?.objective.service ?? '', subject: '' },
});
