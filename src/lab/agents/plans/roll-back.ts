import type { Cited } from '../cited.ts';
import type { Candidate } from '../facts.ts';
import type { Fact, Remedy } from './remedy.ts';

/** Runs the version before a deploy again. */
export const rollBackDeployment = (
  candidate: Candidate,
  cited: readonly Cited[],
  more: readonly Fact[] = [],
): Remedy => {
  const { change } = candidate;
  const { service, before, after } = change;
  const args = { service, ...(typeof before === 'string' ? { toVersion: before } : {}) };
  const target = before ?? 'the version before';
  return {
    title: `Roll ${service} back from ${after ?? 'this version'} to ${target}`,
    description: `${after ?? 'The version'} of ${service}, deployed by ${change.author}, is the cause; ${target} ran without it. What else came with ${after ?? 'it'} goes, too.`,
    service,
    risk: 'medium',
    operation: { type: 'rollback_deployment', args },
    step: `Run ${service} ${target} instead of ${after ?? ''}`,
    command: `rollback ${service} --to ${target}`,
    expectedEffect: `${service} restarts: its requests fail or wait for 1–5 s, then it runs with fresh memory and connections`,
    facts: [
      {
        statement: `${service} runs ${after ?? 'the version in question'}`,
        observed: `version is ${after ?? ''}`,
        check: { kind: 'state', type: 'rollback_deployment', args, field: 'version', anyOf: [after] },
        cited,
      },
      ...more,
    ],
    expect: ['version'],
    undo: {
      reversibility: 'costly',
      description: `Deploys ${after ?? 'the newer version'} again: another restart, and the fault with it`,
      operation: {
        type: 'rollback_deployment',
        args: { service, ...(typeof after === 'string' ? { toVersion: after } : {}) },
      },
      command: `rollback ${service} --to ${after ?? ''}`,
    },
    impact: { itself: 'Restarts: 1–5 s without answers', dependents: 'Calls fail or wait for 1–5 s' },
  };
};

/** Ends a process and starts it again: what piled up in it is gone, and comes again. */
export const restartService = (service: string, why: string, cited: readonly Cited[]): Remedy => ({
  title: `Restart ${service}`,
  description: `${why} This buys time and removes no cause.`,
  service,
  risk: 'medium',
  operation: { type: 'restart_service', args: { service } },
  step: `Restart ${service}`,
  command: `restart ${service}`,
  expectedEffect: `${service} gives no answers for 1–5 s; then what piled up is gone for a while`,
  facts: [
    {
      statement: `${service} runs`,
      observed: 'status is running',
      check: { kind: 'state', type: 'restart_service', args: { service }, field: 'status', anyOf: ['running'] },
      cited,
    },
  ],
  expect: ['status'],
  undo: { reversibility: 'irreversible', description: 'A restart cannot be taken back; what was in memory is gone' },
  impact: { itself: 'Restarts: 1–5 s without answers', dependents: 'Calls fail or wait for 1–5 s' },
});

/** Sets a configuration key back to what it was. */
export const rollBackConfig = (candidate: Candidate, cited: readonly Cited[], more: readonly Fact[] = []): Remedy => {
  const { change } = candidate;
  const { service, title: key, before, after } = change;
  const args = { service, key, ...(typeof before === 'string' ? { toValue: before } : {}) };
  return {
    title: `Set ${key} of ${service} back to ${before ?? 'its value before'}`,
    description: `${change.author} changed ${key} from ${before ?? '?'} to ${after ?? '?'}; this sets it back, without a restart.`,
    service,
    risk: 'low',
    operation: { type: 'rollback_config', args },
    step: `${key}: ${after ?? ''} → ${before ?? ''}`,
    command: `config set ${service} ${key}=${before ?? ''}`,
    expectedEffect: `In force for new requests at once, without a restart`,
    facts: [
      {
        statement: `${key} of ${service} is ${after ?? ''}`,
        observed: `value is ${after ?? ''}`,
        check: { kind: 'state', type: 'rollback_config', args, field: 'value', anyOf: [after] },
        cited,
      },
      ...more,
    ],
    expect: ['value'],
    undo: {
      reversibility: 'reversible',
      description: `Sets ${key} to ${after ?? ''} again, at once`,
      operation: {
        type: 'rollback_config',
        args: { service, key, ...(typeof after === 'string' ? { toValue: after } : {}) },
      },
      command: `config set ${service} ${key}=${after ?? ''}`,
    },
    impact: { itself: 'The setting changes for new requests', dependents: 'None expected' },
  };
};
