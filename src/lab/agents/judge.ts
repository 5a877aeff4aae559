import { confidenceOf, statusOf } from '../../agent/confidence.ts';
import type { Hypothesis, WeighStep } from './board.ts';
import type { Case } from './case.ts';
import type { CauseFinder, Suspicion, Tested } from './causes/cause.ts';
import { busyMachine, moreTraffic, recentChanges } from './causes/other-explanations.ts';
import type { Facts } from './facts.ts';
import type { Team } from './gather.ts';
import type { Lane } from './lane.ts';
import { doubts } from './refute.ts';
import { clock } from './words.ts';

export type Lead = { suspicion: Suspicion; hypothesis: Hypothesis };
export type Verdict =
  | { kind: 'confirmed'; lead: Lead; tested: Tested; runnerUp: Lead | undefined }
  | { kind: 'open'; lead: Lead | undefined };

type Judging = {
  work: Case;
  team: Team;
  facts: Facts;
  finders: readonly CauseFinder[];
  /** A known solution was accepted: nothing else competes, and its own test decides. */
  isKnown: boolean;
};

/** Not worth a test: what speaks for it is less than what speaks against it. */
const LEAST_CONFIDENCE = 0.12;
const MOST_TESTS = 4;

const laneOf = (team: Team, name: string): Lane =>
  Object.values(team).find((lane) => lane.name === name && lane.hold.stoppedBy() === undefined) ?? team.orchestrator;

/** Numbers change from one look to the next; the same clue is weighed once all the same. */
const clueKey = (because: string): string => because.replaceAll(/[\d.,:]+/g, '#');

/** The hypotheses of earlier looks, by what they say. */
const memory = new WeakMap<Case, Map<string, { hypothesis: Hypothesis; weighed: Set<string> }>>();

/** Looking again finds the same again; that makes nothing likelier. */
const weighOnce = (work: Case, lane: Lane, hypothesis: Hypothesis, step: WeighStep): void => {
  const entry = [...(memory.get(work)?.values() ?? [])].find((known) => known.hypothesis === hypothesis);
  const key = clueKey(`${step.weight} ${step.because}`);
  if (entry?.weighed.has(key) === true) return;
  entry?.weighed.add(key);
  work.board.weigh(lane.name, hypothesis, step);
};

const place = (
  work: Case,
  lane: Lane,
  suspicion: Pick<Suspicion, 'kind' | 'service' | 'subject' | 'statement' | 'prior' | 'why' | 'clues'>,
): Hypothesis => {
  const known = memory.get(work) ?? new Map<string, { hypothesis: Hypothesis; weighed: Set<string> }>();
  memory.set(work, known);
  const key = `${suspicion.kind} ${suspicion.service} ${suspicion.kind === 'missing_index' ? '' : suspicion.subject}`;
  const entry = known.get(key) ?? {
    hypothesis: work.board.propose(lane.name, suspicion.statement, suspicion.prior, suspicion.why),
    weighed: new Set<string>(),
  };
  known.set(key, entry);
  for (const { weight, because, cite } of suspicion.clues) {
    weighOnce(work, lane, entry.hypothesis, { weight, because, cited: cite.map((one) => one()) });
  }
  return entry.hypothesis;
};

const byConfidence = (a: Lead, b: Lead): number =>
  confidenceOf(b.hypothesis.belief) - confidenceOf(a.hypothesis.belief) ||
  b.hypothesis.belief.odds - a.hypothesis.belief.odds;

const putToTest = async ({ work, team }: Judging, { suspicion, hypothesis }: Lead): Promise<Tested | undefined> => {
  const lane = laneOf(team, suspicion.agentName);
  lane.status('running', suspicion.check);
  await lane.pause(400);
  const tested = await suspicion.test(work, lane);
  lane.status('done', tested === undefined ? 'The check could not be made' : tested.because);
  if (tested === undefined) return undefined;
  weighOnce(work, lane, hypothesis, tested);
  lane.finding(
    tested.because.endsWith('.') ? tested.because : `${tested.because}.`,
    tested.weight.includes('against') ? [] : tested.cited,
    tested.weight.includes('against') ? tested.cited : [],
  );
  return tested;
};

/** What could show that the leader is wrong, looked at before it is believed. */
const tryToRefute = (judging: Judging, { suspicion, hypothesis }: Lead, tested: Tested): void => {
  const { work, team, facts } = judging;
  const found = doubts(facts, suspicion, tested);
  team.orchestrator.thought(
    `To refute “${hypothesis.statement}”: ${found.map(({ question, answer }) => `${question} ${answer}`).join(' ')}`,
  );
  for (const { weight, because, cite } of found.flatMap(({ clue }) => clue ?? [])) {
    weighOnce(work, team.orchestrator, hypothesis, { weight, because, cited: cite.map((one) => one()) });
  }
};

/**
 * Puts all explanations beside each other, has the strongest tested by a check that could fail, tries to refute the one
 * that passes, and abstains where none does.
 */
export const judge = async (judging: Judging): Promise<Verdict> => {
  const { work, team, facts, finders, isKnown } = judging;
  const { orchestrator } = team;
  const suspicions = finders.flatMap((find) => find(facts));
  const leads = suspicions.map(
    (suspicion): Lead => ({ suspicion, hypothesis: place(work, laneOf(team, suspicion.agentName), suspicion) }),
  );
  if (!isKnown) {
    const claimed = new Set(suspicions.flatMap(({ changeId }) => changeId ?? []));
    for (const other of [moreTraffic(facts), busyMachine(facts), ...recentChanges(facts, claimed)])
      place(work, laneOf(team, other.agentName), other);
  }
  const candidates = leads
    .filter(({ hypothesis }) => confidenceOf(hypothesis.belief) >= LEAST_CONFIDENCE)
    .sort(byConfidence)
    .slice(0, MOST_TESTS);
  const [first, second] = candidates;
  if (first !== undefined && second !== undefined) {
    orchestrator.thought(
      `“${first.hypothesis.statement}” and “${second.hypothesis.statement}” both fit. What tells them apart: ${first.suspicion.check} And: ${second.suspicion.check}`,
    );
  }
  const passed: { lead: Lead; tested: Tested }[] = [];
  for (const lead of candidates) {
    const tested = await putToTest(judging, lead);
    if (tested?.weight === 'decisive for') passed.push({ lead, tested });
  }
  for (const { lead, tested } of passed) tryToRefute(judging, lead, tested);
  const standing = passed
    .filter(({ lead }) => statusOf(lead.hypothesis.belief) === 'confirmed')
    .sort((a, b) => byConfidence(a.lead, b.lead) || distance(facts, a.lead) - distance(facts, b.lead));
  const [winner, other] = standing;
  if (winner !== undefined) {
    const rivals = candidates.filter((lead) => lead !== winner.lead).sort(byConfidence);
    if (other !== undefined) {
      orchestrator.thought(
        `“${other.lead.hypothesis.statement}” passed its test, too; “${winner.lead.hypothesis.statement}” began nearer to ${clock(facts.onset.at)}.`,
      );
    }
    return { kind: 'confirmed', ...winner, runnerUp: rivals[0] };
  }
  const [lead] = leads.sort(byConfidence);
  return {
    kind: 'open',
    lead: lead === undefined || confidenceOf(lead.hypothesis.belief) < LEAST_CONFIDENCE ? undefined : lead,
  };
};

const distance = (facts: Facts, { suspicion }: Lead): number =>
  suspicion.beganAt === undefined ? Number.POSITIVE_INFINITY : Math.abs(facts.onset.at - suspicion.beganAt);
