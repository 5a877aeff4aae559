import { callText } from '../runtime/http-client.ts';
import type { Node } from '../shop/topology.ts';

const ANSWER_WITHIN_MS = 1_000;

type Check = { name: string; ok: boolean; says: string };
export type Edge = { from: string; to: string; errorRatio: number };

/** Half of the calls fail: whoever needs it is not well. */
const BAD_SHARE = 0.5;

/** Whether each service answers at this moment, and whether those it needs answer it. */
export const checkHealth = async (
  services: readonly Node[],
  targets: ReadonlyMap<string, string>,
  edges: readonly Edge[],
  token: string,
) =>
  Promise.all(
    services.map(async ({ name }) => {
      const began = performance.now();
      const answers = await callText('GET', `${targets.get(name) ?? ''}/health`, {
        token,
        timeoutMs: ANSWER_WITHIN_MS,
      }).then(
        (): Check => ({ name: 'answers', ok: true, says: `in ${Math.round(performance.now() - began)} ms` }),
        (error: unknown): Check => ({ name: 'answers', ok: false, says: String(error) }),
      );
      const calls = edges
        .filter(({ from }) => from === name)
        .map(
          ({ to, errorRatio }): Check => ({
            name: `calls to ${to}`,
            ok: errorRatio < BAD_SHARE,
            says: `${Math.round(errorRatio * 100)} % fail`,
          }),
        );
      const checks = [answers, ...calls];
      const status = !answers.ok ? 'down' : checks.every(({ ok }) => ok) ? 'up' : 'degraded';
      const says = checks.filter(({ ok }) => !ok).map((check) => `${check.name}: ${check.says}`);
      return { name, status, says: says.length === 0 ? 'answers' : says.join('; '), checks };
    }),
  );
