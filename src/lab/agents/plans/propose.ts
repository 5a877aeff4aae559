import { newId } from '../../../protocol/ids.ts';
import { dependentsOf } from '../causes/cause.ts';
import { idsOf } from '../cited.ts';
import type { Facts } from '../facts.ts';
import { valueWords } from '../metric-words.ts';
import type { Proposal } from '../publication.ts';
import { duration } from '../words.ts';
import { type Looking, look } from './look-at.ts';
import type { OwnPlan } from './own-plan.ts';
import type { Fact, Remedy } from './remedy.ts';

const APPROVAL_MS = 15 * 60_000;
/** How long the way back stays open after the plan was carried out. */
const WATCH_MS = 15 * 60_000;
/** How long the objective is given to be met again. */
const VERIFY_MS = 90_000;

export type Proposing = {
  incidentId: string;
  facts: Facts;
  remedy: Remedy;
  looking: Looking;
  learned: OwnPlan['learned'];
  /** Set where it takes the place of a plan that was rejected. */
  instead?: string | undefined;
};

const commonFacts = ({ symptom, now }: Facts, { service, operation }: Remedy): Fact[] => [
  // Memory is given back whenever the process is ended for it, and what fills it goes on.
  ...(symptom.objective.kind === 'memory'
    ? []
    : [
        {
          statement: `${symptom.objective.name} is still missed`,
          observed: 'still missed',
          check: { kind: 'missed' as const, objective: symptom.objective.name },
          cited: [symptom.cite()],
        },
      ]),
  { statement: `${service} runs`, observed: 'it runs', check: { kind: 'runs', service } },
  ...(operation.type === 'sql_migration' || operation.type === 'park_message'
    ? []
    : [
        {
          statement: `Nobody has changed ${service} since this was found`,
          observed: 'no change since',
          check: { kind: 'unchanged' as const, service, since: now },
        },
      ]),
];

const MOST_FACTS = 6;

/** Every fact is looked at once more as the plan is made: what people see is how it is then. */
const preconditionsOf = async (facts: readonly Fact[], looking: Looking) =>
  Promise.all(
    facts.slice(0, MOST_FACTS).map(async ({ statement, observed, check, cited }, index) => {
      const now = await look(check, looking);
      return {
        preconditionId: `fact-${index + 1}`,
        statement,
        status: now.status,
        observed: now.status === 'unknown' ? observed : now.observed,
        checkedAt: new Date().toISOString(),
        check,
        ...(cited === undefined ? {} : { evidenceIds: idsOf(cited) }),
      };
    }),
  );

const expectOf = async ({ operation, expect }: Remedy, { platform }: Looking): Promise<Record<string, unknown>> => {
  if (expect.length === 0) return {};
  const state = await platform.state(operation);
  return Object.fromEntries(expect.map((field) => [field, state[field] ?? null]));
};

/** The plan that people decide on: one operation, then watching the metric that was broken. */
export const propose = async ({
  incidentId,
  facts,
  remedy,
  looking,
  learned,
  instead,
}: Proposing): Promise<Proposal> => {
  const { service, operation, undo, impact } = remedy;
  const { objective } = facts.symptom;
  const limit = valueWords(objective.limit, objective.unit);
  const own = new Set(remedy.facts.map(({ statement }) => statement));
  const all = [...remedy.facts, ...commonFacts(facts, remedy).filter(({ statement }) => !own.has(statement))];
  const [preconditions, expect] = await Promise.all([preconditionsOf(all, looking), expectOf(remedy, looking)]);
  const radius = [...dependentsOf(facts, service)].map(([name, hops]) => ({
    service: name,
    hops,
    impact: hops === 0 ? impact.itself : impact.dependents,
  }));
  return {
    incidentId,
    remediationId: newId('rem'),
    title: remedy.title,
    description: instead === undefined ? remedy.description : `${remedy.description} ${instead}`,
    service,
    risk: remedy.risk,
    requiresApproval: true,
    approvalsRequired: 1,
    expectedEffect: remedy.expectedEffect,
    steps: [
      {
        stepId: 'act',
        action: 'operate',
        type: operation.type,
        description: remedy.step,
        target: service,
        command: remedy.command,
        expectedEffect: remedy.expectedEffect,
        args: operation.args,
        ...(Object.keys(expect).length === 0 ? {} : { expect }),
      },
      {
        stepId: 'verify',
        action: 'verify',
        type: 'verification',
        description: `Watch ${objective.name} until it is met`,
        target: objective.service,
        command: `${objective.operation} of ${objective.metric} within ${limit}`,
        expectedEffect: `Within ${limit} in at most ${duration(VERIFY_MS)}`,
        args: { objective: objective.name, withinMs: VERIFY_MS },
      },
    ],
    preconditions,
    blastRadius: radius,
    rollback: undo.command ?? undo.description,
    undo: {
      reversibility: undo.reversibility,
      description: undo.description,
      watchMs: WATCH_MS,
      ...(undo.operation === undefined
        ? {}
        : {
            steps: [
              {
                stepId: 'undo-act',
                action: 'operate',
                type: undo.operation.type,
                description: undo.description,
                target: service,
                command: undo.command ?? undo.operation.type,
                args: undo.operation.args,
              },
            ],
          }),
    },
    expiresAt: new Date(Date.now() + APPROVAL_MS).toISOString(),
    evidenceIds: [...new Set(preconditions.flatMap(({ evidenceIds }) => evidenceIds ?? []))],
    ...(learned === undefined ? {} : { learned }),
  };
};
