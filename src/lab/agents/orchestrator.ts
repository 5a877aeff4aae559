import type { Case } from './case.ts';
import { causeFinders } from './causes/all.ts';
import { conclude, concludeNothingWrong, concludeOpen } from './conclusion.ts';
import type { Facts, Onset, Symptom } from './facts.ts';
import { gather, idleLanes, type Team, teamOf } from './gather.ts';
import { judge, type Verdict } from './judge.ts';
import { unlessStopped } from './lane.ts';
import type { Match } from './memory/patterns.ts';
import type { Remedy } from './plans/remedy.ts';
import type { Conclusion } from './publication.ts';
import { findOnset, findSymptom, readSurroundings } from './specialists/triage.ts';
import { span } from './words.ts';

export type Outcome = {
  completed: Conclusion;
  /** What can be done about it, the best first; none where there is no cause. */
  remedies: readonly Remedy[];
  facts: Facts | undefined;
  verdict: Verdict | undefined;
};

export type Known = {
  /** A pattern from an earlier incident that fits what is seen; offered to people. */
  offer: (facts: Facts) => Match | undefined;
  /** Resolves when somebody decided, or to undefined when nobody did in time. */
  decision: (waitMs: number) => Promise<'accept' | 'dismiss' | undefined>;
};

export type Investigation = { work: Case; known: Known; othersAtWork: () => boolean };

/** Looks once more before it gives up: some failures need time to show what they are. */
const ROUNDS = 6;
const ROUND_SCRAPES = 5;
/** How long an offered solution is waited for before the whole investigation goes on. */
const OFFER_MS = 5_000;

/** An alert comes so long after what it tells of began. */
const ALERT_LAG_MS = 10_000;
const CALM_BEFORE_MS = 120_000;

/** The onset where the history shows none: a little before the alert. */
const assumedOnset = ({ alertedAt, value, cite }: Symptom): Onset => {
  const at = (alertedAt ?? Date.now()) - ALERT_LAG_MS;
  return { at, before: 0, after: value, isAssumed: true, since: at - CALM_BEFORE_MS, cite };
};

const onsetOf = (work: Case, { metrics }: Team, symptom: Symptom): Promise<Onset | undefined> =>
  unlessStopped(metrics, undefined, () => findOnset(work, metrics, symptom));

/** Offers what was learned before, and waits a moment for a decision; resolves to the kind of cause that it is about. */
const offerKnown = async (
  { work, known }: Investigation,
  { orchestrator }: Team,
  facts: Facts,
): Promise<string | undefined> => {
  const match = known.offer(facts);
  if (match === undefined) return undefined;
  orchestrator.thought(
    `This looks like “${match.pattern.title}” (${Math.round(match.confidence * 100)} %): ${match.because}.`,
  );
  orchestrator.status('waiting', 'For a decision on the known solution');
  const decision = await known.decision(OFFER_MS * Math.max(0.2, work.pace()));
  if (decision === undefined)
    orchestrator.thought('Nobody has decided on the known solution; the whole investigation goes on.');
  if (decision === 'dismiss') orchestrator.thought('The known solution was dismissed: everything is looked at.');
  return match.pattern.kind;
};

/**
 * What a look is about: what shows only now may be missed because of the same trouble and show it better. The objective
 * that was looked at least comes first; the one of before where none is missed any more.
 */
const nextSymptom = async (
  work: Case,
  { triage, orchestrator }: Team,
  before: Symptom,
  looked: Map<string, number>,
): Promise<Symptom> => {
  const found = await unlessStopped(triage, 'unknown', () => findSymptom(work, triage, looked));
  const next = typeof found === 'string' || !found.firing ? before : found;
  const { name } = next.objective;
  if (name !== before.objective.name) orchestrator.thought(`${name} is missed as well: this look is about it.`);
  looked.set(name, (looked.get(name) ?? 0) + 1);
  return next;
};

const look = async (investigation: Investigation, team: Team, first: Symptom): Promise<Outcome> => {
  const { work, known } = investigation;
  let symptom = first;
  const looked = new Map([[symptom.objective.name, 1]]);
  const { orchestrator, triage } = team;
  orchestrator.status('waiting', 'For Triage');
  const [began, surroundings] = await Promise.all([
    onsetOf(work, team, symptom),
    unlessStopped(triage, undefined, () => readSurroundings(work, triage)),
  ]);
  const roundMs = ROUND_SCRAPES * work.settings.scrapeEveryMs;
  let onset = began ?? assumedOnset(symptom);
  if (triage.hold.stoppedBy() === undefined)
    triage.status('done', `${symptom.objective.name} is missed since ${span(Date.now() - onset.at)}`);
  let facts: Facts | undefined;
  let verdict: Verdict | undefined;
  /** The kind of cause of a known solution that nobody has looked for alone yet. */
  let offered: string | undefined;
  for (let round = 1; round <= ROUNDS; round += 1) {
    orchestrator.status('waiting', 'For Metrics, Logs, Traces, Changes, Database and Infrastructure');
    // What began again, or shows only now, has another beginning.
    if (round > 1) {
      const before = symptom;
      symptom = await nextSymptom(work, team, before, looked);
      const isSame = symptom.objective.name === before.objective.name;
      onset = (await onsetOf(work, team, symptom)) ?? (isSame ? onset : assumedOnset(symptom));
    }
    facts = await gather({ work, team, symptom, onset, graph: surroundings?.graph, round });
    orchestrator.status('running', 'Which explanation holds?');
    if (round === 1) offered = await offerKnown(investigation, team, facts);
    const only = (await known.decision(0)) === 'accept' ? offered : undefined;
    if (only !== undefined) {
      orchestrator.thought('The known solution was accepted: in this look only its own check is made.');
      // Where that check fails, the next look is at everything again.
      offered = undefined;
    }
    const finders = causeFinders.map(
      (find) => (given: Facts) => find(given).filter(({ kind }) => only === undefined || kind === only),
    );
    verdict = await judge({ work, team, facts, finders, isKnown: only !== undefined });
    if (verdict.kind === 'confirmed') {
      return {
        completed: conclude(work, facts, verdict, team),
        remedies: verdict.tested.remedies ?? [],
        facts,
        verdict,
      };
    }
    if (round < ROUNDS) {
      orchestrator.thought(
        `No explanation has passed its test yet${verdict.lead === undefined ? '' : `; the strongest is “${verdict.lead.hypothesis.statement}”`}. Looking again in ${span(roundMs)}.`,
      );
      orchestrator.status('waiting', 'For more to be seen');
      await orchestrator.hold.pause(roundMs);
    }
  }
  const isOver = (await work.monitor.alerts()).every(({ firing }) => !firing);
  const hasLead = verdict?.lead !== undefined;
  if (isOver && !hasLead) return { completed: concludeNothingWrong(work, team, symptom), remedies: [], facts, verdict };
  return {
    completed: concludeOpen(work, team, facts, verdict, 'no explanation passed a test that could have failed.'),
    remedies: [],
    facts,
    verdict,
  };
};

/** Runs one investigation from the first look to its result; undefined where there was nothing for these agents to do. */
export const investigate = async (investigation: Investigation): Promise<Outcome | undefined> => {
  const { work } = investigation;
  const team = teamOf(work);
  const { orchestrator, triage } = team;
  orchestrator.status('running', 'Splitting the work up');
  triage.status('running', 'Which objective is missed, and how badly');
  orchestrator.thought(
    `${work.title}: first what is missed and since when; then everybody looks at once, and what fits is put to a test.`,
  );
  await orchestrator.pause(400);
  const symptom = await unlessStopped(triage, 'unknown', () => findSymptom(work, triage));
  if (symptom === 'unknown') {
    triage.status('failed', triage.hold.stoppedBy() ?? 'The objectives could not be read');
    orchestrator.status('done', 'Inconclusive');
    const completed = concludeOpen(work, team, undefined, undefined, 'nobody could look at the objectives.');
    return { completed, remedies: [], facts: undefined, verdict: undefined };
  }
  if (symptom === 'met') {
    triage.status('done', 'Every objective is met');
    if (investigation.othersAtWork()) {
      orchestrator.thought(
        'Every objective that these agents know is met, and another agent is at work: they leave it to it.',
      );
      orchestrator.status('done', 'Left to others');
      return undefined;
    }
    await unlessStopped(triage, undefined, () => readSurroundings(work, triage));
    orchestrator.status('done', 'Nothing is missed');
    return {
      completed: concludeNothingWrong(work, team, undefined),
      remedies: [],
      facts: undefined,
      verdict: undefined,
    };
  }
  idleLanes(team);
  const outcome = await look(investigation, team, symptom);
  if (outcome.remedies.length > 0) orchestrator.status('running', 'Root cause found; writing the plan');
  else orchestrator.status('done', outcome.verdict?.kind === 'confirmed' ? 'Root cause found' : 'Inconclusive');
  return outcome;
};
