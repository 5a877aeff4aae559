import type { Agent } from '../../agent/connect.ts';
import type { Patterns } from './memory/patterns.ts';
import { signatureOf } from './memory/signature.ts';
import type { Known } from './orchestrator.ts';

type Decision = 'accept' | 'dismiss';

export type KnownSolution = Known & {
  decided: (patternId: string, action: Decision) => void;
  /** For another investigation: what was accepted was for the one before; what was dismissed is not offered again. */
  renew: () => void;
};

/** Offers what was learned from an earlier incident, once, and hears what people decide on it. */
export const createKnownSolution = ({
  agent,
  incidentId,
  patterns,
}: {
  agent: Agent;
  incidentId: string;
  patterns: Patterns;
}): KnownSolution => {
  let offered: string | undefined;
  let decision: Decision | undefined;
  let waiters: (() => void)[] = [];

  return {
    offer: (facts) => {
      const match = patterns.find(signatureOf(facts));
      if (match === undefined || offered !== undefined) return undefined;
      offered = match.pattern.patternId;
      agent
        .publish('investigation.known_solution_found', {
          incidentId,
          matchedPatternId: match.pattern.patternId,
          matchedTitle: match.pattern.title,
          confidence: match.confidence,
        })
        .catch(() => undefined);
      return match;
    },
    decision: (waitMs) =>
      new Promise((resolve) => {
        if (decision !== undefined || waitMs <= 0) return resolve(decision);
        const done = (): void => {
          clearTimeout(timer);
          resolve(decision);
        };
        const timer = setTimeout(done, waitMs);
        waiters.push(done);
      }),
    renew: () => {
      if (decision !== 'dismiss') offered = undefined;
      decision = undefined;
    },
    decided: (patternId, action) => {
      if (patternId !== offered) return;
      decision = action;
      for (const done of waiters) done();
      waiters = [];
    },
  };
};
