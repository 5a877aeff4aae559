import { Refusal } from '../runtime/http-server.ts';
import type { Acts } from './acts.ts';
import type { Configuration } from './configuration.ts';
import type { Operation } from './operation.ts';
import type { Supervisor } from './supervisor.ts';

const optional = (args: Parameters<Operation['state']>[0], name: string): string | undefined =>
  args.has(name) ? args.text(name) : undefined;

/** Operations on what runs and how it is set up. */
export const serviceOperations = (
  acts: Acts,
  supervisor: Supervisor,
  configuration: Configuration,
): readonly Operation[] => {
  const managed = (name: string) => {
    const found = supervisor.services.find((one) => one.name === name);
    if (found === undefined) throw new Refusal(404, { error: 'no_such_target', says: `there is no service ${name}` });
    return found;
  };
  const entry = (service: string, key: string) => {
    const found = configuration.find(service, key);
    if (found === undefined) {
      throw new Refusal(404, { error: 'no_such_target', says: `${service} has no setting ${key}` });
    }
    return found;
  };

  return [
    {
      type: 'rollback_deployment',
      says: 'Runs the version before (or that one); the process starts anew.',
      args: { service: 'text', toVersion: 'text, optional' },
      state: async (args) => {
        const { name, releases } = managed(args.text('service'));
        return {
          service: name,
          version: releases[0].version,
          previousVersion: acts.releaseBefore(name, undefined)?.version ?? null,
          deployedAt: releases[0].at,
        };
      },
      isDone: (args, state) => optional(args, 'toVersion') === state.version,
      act: async (args, state, author) => {
        const service = args.text('service');
        const before = acts.releaseBefore(service, optional(args, 'toVersion'));
        if (before === undefined) throw new Error(`${service} has no such version to go back to`);
        const change = await acts.deploy(service, {
          version: before.version,
          build: before.build,
          author,
          notes: [`Roll back to ${before.version}`],
        });
        return { output: [`${service} ${state.version} → ${before.version}`, 'the new process is ready'], change };
      },
    },
    {
      type: 'rollback_config',
      says: 'Sets the value before (or that one), without a restart.',
      args: { service: 'text', key: 'text', toValue: 'text, optional' },
      state: async (args) => {
        const { service, key, value, previous, changedAt } = entry(args.text('service'), args.text('key'));
        return { service, key, value, previousValue: previous, changedAt };
      },
      isDone: (args, state) => optional(args, 'toValue') === state.value,
      act: async (args, state, author) => {
        const value = optional(args, 'toValue') ?? state.previousValue;
        if (typeof value !== 'string') throw new Error(`${args.text('key')} had no other value before`);
        const change = await acts.configure(args.text('service'), args.text('key'), value, author);
        return { output: [`${args.text('key')}: ${state.value} → ${value}`], change };
      },
    },
    {
      type: 'restart_service',
      says: 'Ends the process and starts it again.',
      args: { service: 'text' },
      state: async (args) => {
        const { name, instance, status, startedAt, restarts, usage } = managed(args.text('service'));
        return { service: name, instance, status, startedAt, restarts, rssBytes: usage.rssBytes };
      },
      isDone: () => false,
      act: async (args, state, author) => {
        const service = args.text('service');
        await supervisor.restart(service);
        const { instance } = supervisor.of(service);
        const change = acts.record(service, 'restart_service', author, {
          before: String(state.instance),
          after: String(instance),
        });
        return { output: [`instance ${state.instance} → ${instance}`], change };
      },
    },
  ];
};
