import { type Belief, confidenceOf, statusOf } from '../../agent/confidence.ts';
import { beliefWithout, type Hypothesis, type WeighStep } from './board.ts';
import type { Case } from './case.ts';
import type { CauseFinder, Suspicion, Tested } from './causes/cause.ts';
import { busyMachine, moreTraffic, recentChanges } from './causes/other-explanations.ts';
import type { Facts } from './facts.ts';
import type { Team } from './gather.ts';
import { type Lane, unlessStopped } from './lane.ts';
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

/** Numbers change from one look to the next; it is the same clue all the same. */
const clueKey = (weight: string, because: string): string =>
  `${weight} ${because.replaceAll(/less than a second|[\d.,:]+ (?:ms|s|min|h)\b|[\d.,:]+/g, '#')}`;
const TEST = 'its own test';
const DOUBT = 'tried to refute: ';

/** The hypotheses of earlier looks, by what they say. */
const memory = new WeakMap<Case, Map<string, Hypothesis>>();

/** Seeing the same again makes nothing likelier. */
const weighOnce = (work: Case, lane: Lane, hypothesis: Hypothesis, key: string, step: WeighStep): void => {
  const held = hypothesis.held.get(key);
  const isSame = held !== undefined && clueKey(held.weight, held.because) === clueKey(step.weight, step.because);
  if (!isSame) work.board.weigh(lane.name, hypothesis, key, step);
};

/** What an earlier look showed and this one doesn't is taken back: a first look comes early, and the last one decides. */
const keepOnly = (work: Case, lane: Lane, hypothesis: Hypothesis, isKept: (key: string) => boolean): void => {
  for (const key of hypothesis.held.keys()) if (!isKept(key)) work.board.takeBack(lane.name, hypothesis, key);
};

const place = (
  work: Case,
  lane: Lane,
  suspicion: Pick<Suspicion, 'kind' | 'service' | 'subject' | 'statement' | 'prior' | 'why' | 'clues'>,
): Hypothesis => {
  const known = memory.get(work) ?? new Map<string, Hypothesis>();
  memory.set(work, known);
  const { kind, service, subject, statement, prior, why, clues } = suspicion;
  const name = `${kind} ${service} ${kind === 'missing_index' ? '' : subject}`;
  const hypothesis = known.get(name) ?? work.board.propose(lane.name, statement, prior, why);
  known.set(name, hypothesis);
  const keys = new Set(clues.map(({ weight, because }) => clueKey(weight, because)));
  keepOnly(work, lane, hypothesis, (key) => key === TEST || key.startsWith(DOUBT) || keys.has(key));
  for (const { weight, because, cite } of clues) {
    const step = { weight, because, cited: cite.map((one) => one()) };
    weighOnce(work, lane, hypothesis, clueKey(weight, because), step);
  }
  return hypothesis;
};

const byConfidence = (a: Lead, b: Lead): number =>
  confidenceOf(b.hypothesis.belief) - confidenceOf(a.hypothesis.belief) ||
  b.hypothesis.belief.odds - a.hypothesis.belief.odds;

/** What an earlier look's test said keeps nobody from testing again: what was too early then may show now. */
const untested = ({ hypothesis }: Lead): Belief =>
  beliefWithout(hypothesis, (key) => key === TEST || key.startsWith(DOUBT));

const putToTest = async ({ work, team }: Judging, { suspicion, hypothesis }: Lead): Promise<Tested | undefined> => {
  const lane = laneOf(team, suspicion.agentName);
  lane.status('running', suspicion.check);
  const check = async (): Promise<Tested | undefined> => {
    await lane.pause(400);
    return suspicion.test(work, lane);
  };
  // Who stops the orchestrator ends all; who stops anybody else ends that one's check.
  const tested = await (lane === team.orchestrator ? check() : unlessStopped(lane, undefined, check));
  if (lane.hold.stoppedBy() === undefined)
    lane.status('done', tested === undefined ? 'The check could not be made' : tested.because);
  if (tested === undefined) return undefined;
  weighOnce(work, lane, hypothesis, TEST, tested);
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
  const doubted = found.flatMap(({ question, clue }) => (clue === undefined ? [] : { key: DOUBT + question, clue }));
  const keys = new Set(doubted.map(({ key }) => key));
  keepOnly(work, team.orchestrator, hypothesis, (key) => !key.startsWith(DOUBT) || keys.has(key));
  for (const { key, clue } of doubted) {
    const { weight, because, cite } = clue;
    weighOnce(work, team.orchestrator, hypothesis, key, { weight, because, cited: cite.map((one) => one()) });
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
    .filter((lead) => confidenceOf(untested(lead)) >= LEAST_CONFIDENCE)
    .sort((a, b) => untested(b).odds - untested(a).odds)
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
