import { type Clue, dependentsOf, isFeltAt, type Suspicion, type Tested } from './causes/cause.ts';
import type { Facts } from './facts.ts';
import { lead, span } from './words.ts';

export type Doubt = { question: string; answer: string; clue?: Clue };

/** A cause is measured a scrape or two late, as its effect is. */
const LATE_MS = 15_000;

const beganInTime = (facts: Facts, { beganAt }: Suspicion): Doubt => {
  const question = 'Did it begin after the trouble?';
  if (beganAt === undefined || facts.onset.isAssumed)
    return { question, answer: 'That cannot be told from what was measured.' };
  const late = beganAt - facts.onset.at;
  if (late <= LATE_MS) return { question, answer: late <= 0 ? `No, ${lead(-late)}.` : 'No, with it.' };
  return {
    question,
    answer: `Yes, ${span(late)} after it.`,
    clue: { weight: 'strong against', because: `It began ${span(late)} after the trouble`, cite: [facts.onset.cite] },
  };
};

/** Where the objective is missed somewhere that doesn't depend on the cause's service, that one can't be it alone. */
const isFelt = (facts: Facts, { service }: Suspicion): Doubt => {
  const { objective, cite } = facts.symptom;
  const question = `Can ${objective.service} feel trouble of ${service}?`;
  const isBeside = dependentsOf(facts, objective.service).has(service);
  if (isFeltAt(facts, service) || isBeside) return { question, answer: 'Yes, by its dependencies.' };
  return {
    question,
    answer: 'Not by any dependency that was seen.',
    clue: { weight: 'against', because: `${objective.service} does not depend on ${service}`, cite: [cite] },
  };
};

/** Errors that begin where the cause can't reach need another explanation. */
const leavesErrors = (facts: Facts, { service, subject }: Suspicion, { subject: tested }: Tested): Doubt => {
  const question = 'Do errors begin anywhere that it does not explain?';
  const names = [service, subject, tested ?? ''];
  const reached = dependentsOf(facts, service);
  const [other] = (facts.traces?.origins ?? []).filter(
    (origin) => !reached.has(origin.service) && !names.includes(origin.service) && origin.count >= 3,
  );
  if (other === undefined || facts.traces === undefined) return { question, answer: 'No.' };
  return {
    question,
    answer: `Yes, in ${other.service} ${other.name}.`,
    clue: {
      weight: 'against',
      because: `Errors begin in ${other.service} ${other.name} as well, which it does not explain`,
      cite: [facts.traces.cite],
    },
  };
};

/** The questions that could show a cause to be wrong, with what the facts answer. */
export const doubts = (facts: Facts, suspicion: Suspicion, tested: Tested): Doubt[] => [
  beganInTime(facts, suspicion),
  isFelt(facts, suspicion),
  leavesErrors(facts, suspicion, tested),
];
