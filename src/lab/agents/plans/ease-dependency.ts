import { duration } from '../words.ts';
import type { Remedy } from './remedy.ts';

/** Does without a slow dependency for as long as it is slow. */
export const switchBreakerOn = (caller: string, dependency: string, tookMs: number): Remedy => {
  const args = { service: caller, dependency, enabled: true };
  return {
    title: `Switch the circuit breaker of ${caller} for ${dependency} on`,
    description: `After slow or failed calls ${caller} stops asking ${dependency} for a while and does without, instead of making everybody wait ${duration(tookMs)}. It does not make ${dependency} fast.`,
    service: caller,
    risk: 'low',
    operation: { type: 'set_circuit_breaker', args },
    step: `${caller} → ${dependency}: circuit breaker on`,
    command: `breaker ${caller} ${dependency} on`,
    expectedEffect: `Within about 10 s calls no longer wait for ${dependency}; what needs it is put off meanwhile`,
    facts: [
      {
        statement: `The circuit breaker of ${caller} for ${dependency} is off`,
        observed: 'off',
        check: { kind: 'state', type: 'set_circuit_breaker', args, field: 'enabled', anyOf: [false] },
      },
      {
        statement: `${dependency} still takes longer than ${duration(tookMs / 2)}`,
        observed: duration(tookMs),
        check: {
          kind: 'metric',
          metric: 'http_client_duration_seconds',
          operation: 'mean',
          where: { service: caller, to: dependency },
          windowMs: 15_000,
          atLeast: tookMs / 2000,
        },
      },
    ],
    expect: ['enabled'],
    undo: {
      reversibility: 'reversible',
      description: 'Switches it off again, at once: every request waits as before',
      operation: { type: 'set_circuit_breaker', args: { ...args, enabled: false } },
      command: `breaker ${caller} ${dependency} off`,
    },
    impact: {
      itself: `Does without ${dependency} while it is slow`,
      dependents: 'Answers come in time, some without what it gives',
    },
  };
};

/** Lets more calls wait for it at once. */
export const growPool = (caller: string, pool: string, size: number): Remedy => {
  const larger = Math.min(64, size * 2);
  const args = { service: caller, pool, size: larger };
  return {
    title: `Give ${pool} of ${caller} ${larger} connections instead of ${size}`,
    description: 'More calls can wait at once. This eases the queue and leaves each call as slow as it is.',
    service: caller,
    risk: 'medium',
    operation: { type: 'scale_pool', args },
    step: `${pool}: ${size} → ${larger}`,
    command: `pool ${caller} ${pool} --size ${larger}`,
    expectedEffect: 'At once, without a restart; latency stays that of the dependency',
    facts: [
      {
        statement: `${pool} of ${caller} has ${size} connections`,
        observed: `size is ${size}`,
        check: { kind: 'state', type: 'scale_pool', args, field: 'size', anyOf: [size] },
      },
    ],
    expect: ['size'],
    undo: {
      reversibility: 'reversible',
      description: `Sets ${pool} back to ${size}, at once`,
      operation: { type: 'scale_pool', args: { ...args, size } },
      command: `pool ${caller} ${pool} --size ${size}`,
    },
    impact: { itself: 'More connections and memory', dependents: 'Wait less for a connection' },
  };
};
