import type { AgentEvent } from '../../agent/feed.ts';
import type { KnownSolution } from './known-solution.ts';
import type { Lane, Recheck } from './lane.ts';
import type { PlanDesk } from './plan-desk.ts';

type HelmOptions = {
  lanes: readonly Lane[];
  lane: (name: string, role: string) => Lane;
  rechecks: ReadonlyMap<string, Recheck>;
  work: (run: () => Promise<void>) => void;
  desk: PlanDesk;
  known: KnownSolution;
  orchestrator: Lane;
  end: () => void;
};

type Instructed = Extract<AgentEvent, { method: 'agent.instructed' }>;

/** What people say, turned into what the agents do. */
export const createHelm = ({ lanes, rechecks, work, desk, known, orchestrator, end }: HelmOptions) => {
  const instruct = ({ params: { agentName, instruction, by } }: Instructed): void => {
    const lane = lanes.find(({ name }) => name === agentName);
    // Another agent's lane is its own business.
    if (lane === undefined) return;
    switch (instruction) {
      case 'ask':
        return lane.hold.ask(by);
      case 'skip':
        lane.note(`${by} said to go on without what is under way.`);
        return lane.hold.skip(by);
      case 'stop':
        lane.note(`${by} stopped this agent; what it would have looked at is not checked.`);
        lane.hold.stop(by);
        if (lane.isOpen()) lane.status('failed', `Stopped by ${by}`);
    }
  };

  const collectAgain = (evidenceId: string): void => {
    const recheck = rechecks.get(evidenceId);
    if (recheck !== undefined) return work(recheck);
    // It may be another agent's; ours are known as long as the process that collected them runs.
    orchestrator.note(
      'This evidence cannot be collected again: the process that collected it was restarted, or it is not of these agents.',
    );
  };

  return {
    react: (event: AgentEvent): void => {
      switch (event.method) {
        case 'investigation.aborted':
          return end();
        case 'investigation.context_added':
          return orchestrator.thought(`Noted from ${event.params.by}: “${event.params.context}”`);
        case 'investigation.known_solution_decided':
          return known.decided(event.params.patternId, event.params.action);
        case 'agent.instructed':
          return instruct(event);
        case 'evidence.check_requested':
          return collectAgain(event.params.evidenceId);
        case 'remediation.check_requested':
          return desk.check(event.params.remediationId, event.params.preconditionId);
        case 'remediation.executing':
          return desk.execute(event.params.remediationId);
        case 'remediation.rollback_requested':
          return desk.rollBack(event.params.remediationId);
        case 'remediation.rejected':
          return desk.rejected(event.params.remediationId, event.params.by ?? 'Somebody', event.params.reason);
        case 'remediation.expired':
          return desk.expired(event.params.remediationId);
        default:
          return;
      }
    },
  };
};
