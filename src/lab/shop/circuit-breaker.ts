import type { Service } from './service.ts';

type Status = 'off' | 'closed' | 'open' | 'trying';

const LAST_CALLS = 12;
const LEAST_CALLS = 6;
const OPEN_AT_SHARE = 0.5;
const TRY_AGAIN_MS = 4_000;
const GAUGE: Record<Status, number> = { off: -1, closed: 0, trying: 0.5, open: 1 };

/**
 * Counts slow and failed calls; where half of the last dozen were, nobody is asked any more until a trial worked. A trial
 * is never a customer's request.
 */
export const createCircuitBreaker = (
  { name, metrics, log }: Service,
  options: { dependency: string; enabled: () => boolean; slowMs: () => number; trial: () => Promise<void> },
) => {
  const { dependency, enabled, slowMs, trial } = options;
  let status: Exclude<Status, 'off'> = 'closed';
  let last: boolean[] = [];
  const labels = { service: name, dependency };
  const present = (): Status => (enabled() ? status : 'off');
  metrics.gauge('circuit_breaker_state', '−1 off, 0 closed, 0.5 trying, 1 open.', () => [[labels, GAUGE[present()]]]);
  const countSkipped = metrics.counter('circuit_breaker_skipped_total', 'Calls that were not made.');
  countSkipped(labels, 0);

  const tryAgain = (): void => {
    setTimeout(async () => {
      status = 'trying';
      const began = performance.now();
      const worked = await trial().then(
        () => performance.now() - began < slowMs(),
        () => false,
      );
      if (!worked && enabled()) {
        status = 'open';
        return tryAgain();
      }
      status = 'closed';
      last = [];
      log('info', 'circuit breaker closed', { dependency });
    }, TRY_AGAIN_MS);
  };

  return {
    /** Whether the dependency may be asked now. */
    allows: (): boolean => {
      if (!enabled() || status === 'closed') return true;
      countSkipped(labels);
      return false;
    },
    ended: (failed: boolean, durationMs: number): void => {
      last = [...last, failed || durationMs > slowMs()].slice(-LAST_CALLS);
      const bad = last.filter(Boolean).length;
      if (!enabled() || status !== 'closed' || last.length < LEAST_CALLS || bad / last.length < OPEN_AT_SHARE) return;
      status = 'open';
      log('warn', 'circuit breaker opened', { dependency, bad, of: last.length });
      tryAgain();
    },
    state: () => ({ dependency, enabled: enabled(), status: present() }),
  };
};
