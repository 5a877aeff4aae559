import { type Fields, fieldsOf } from '../runtime/fields.ts';
import { Refusal } from '../runtime/http-server.ts';
import type { KeyName } from '../shop/configuration-of.ts';
import type { Acts } from './acts.ts';
import type { Authority } from './certificates.ts';
import type { Operation } from './operation.ts';
import type { Supervisor } from './supervisor.ts';

const MOST_CONNECTIONS = 64;

const noTarget = (says: string): Refusal => new Refusal(404, { error: 'no_such_target', says });

export type ResourceOptions = {
  acts: Acts;
  supervisor: Supervisor;
  authority: Authority;
  queue: string;
  keys: Record<KeyName, string>;
};

/** Operations on the queue, the database, certificates, pools and circuit breakers. */
export const resourceOperations = (options: ResourceOptions): readonly Operation[] => {
  const { acts, supervisor, authority, queue, keys } = options;

  const listed = async (service: string, method: string): Promise<Fields[]> =>
    fieldsOf({ list: await supervisor.call(service, method) }, method).objects('list');
  const pool = async (args: Fields): Promise<Fields> => {
    const name = args.text('pool');
    if (args.text('service') !== 'payments') throw noTarget(`${args.text('service')} has no pool that can be sized`);
    const found = (await listed('payments', 'pools')).find((one) => one.text('pool') === name);
    if (found === undefined) throw noTarget(`there is no pool ${name}`);
    return found;
  };
  const breaker = async (args: Fields): Promise<Fields> => {
    const dependency = args.text('dependency');
    const all = args.text('service') === 'payments' ? await listed('payments', 'breakers') : [];
    const found = all.find((one) => one.text('dependency') === dependency);
    if (found === undefined) throw noTarget(`${args.text('service')} has no circuit breaker for ${dependency}`);
    return found;
  };
  const messageState = async (args: Fields) => {
    if (args.text('queue') !== queue) throw noTarget(`there is no queue ${args.text('queue')}`);
    const messageId = args.text('messageId');
    const raw = await supervisor.call('queue', 'message', { messageId });
    const message = raw === null ? undefined : fieldsOf(raw, 'the message');
    return {
      queue,
      messageId,
      status: message?.text('status') ?? 'gone',
      attempts: message?.number('attempts') ?? 0,
      lastError: message?.has('lastError') === true ? message.text('lastError') : null,
    };
  };
  const park =
    (parked: boolean): Operation['act'] =>
    async (args, state, author) => {
      if (state.status === 'gone') throw noTarget(`there is no message ${args.text('messageId')}`);
      await supervisor.call('queue', 'park', { messageId: args.text('messageId'), parked });
      const after = parked ? 'parked' : 'ready';
      const change = acts.record('queue', parked ? 'park_message' : 'requeue_message', author, {
        before: `${args.text('messageId')} ${state.status}`,
        after: `${args.text('messageId')} ${after}`,
      });
      return { output: [`${args.text('messageId')}: ${state.status} → ${after}`], change };
    };
  const messageArgs = { queue: 'text', messageId: 'text' };

  return [
    {
      type: 'sql_migration',
      says: 'Runs the statements in one transaction and records the number; a number never runs twice.',
      args: { service: 'text', file: 'text, like 0085_words.sql', up: 'SQL', down: 'SQL, optional' },
      state: async (args) => {
        if (args.text('service') !== 'orders') throw noTarget(`${args.text('service')} has no database`);
        const answer = await acts.sql('orders', 'SELECT version, file FROM schema_migrations ORDER BY version DESC');
        const rows = fieldsOf(answer).objects('rows');
        const file = args.text('file');
        return {
          service: 'orders',
          newest: rows[0]?.number('version') ?? 0,
          // By its name: the number alone may be that of somebody else's.
          applied: rows.some((row) => row.text('file') === file),
        };
      },
      isDone: (_, state) => state.applied === true,
      act: async (args, _, author) => {
        const down = args.has('down') ? { down: args.text('down') } : {};
        const migration = { file: args.text('file'), up: args.text('up'), ...down };
        const { change, durationMs } = await acts.migrate('orders', migration, author);
        return { output: [args.text('up'), `${args.text('file')} applied in ${Math.round(durationMs)} ms`], change };
      },
    },
    {
      type: 'park_message',
      says: 'Puts the message aside, so that those behind it go on.',
      args: messageArgs,
      state: messageState,
      isDone: (_, state) => state.status === 'parked',
      act: park(true),
    },
    {
      type: 'requeue_message',
      says: 'Puts a parked message back in its place.',
      args: messageArgs,
      state: messageState,
      isDone: (_, state) => state.status === 'ready' || state.status === 'leased',
      act: park(false),
    },
    {
      type: 'rotate_certificate',
      says: 'Issues a new certificate for 90 days; both sides take it up.',
      args: { certificate: 'text' },
      state: async (args) => {
        const found = authority.find(args.text('certificate'));
        if (found === undefined) throw noTarget(`there is no certificate ${args.text('certificate')}`);
        const { name, serial, notBefore, notAfter } = found;
        return { certificate: name, serial, notBefore, notAfter, expired: Date.parse(notAfter) < Date.now() };
      },
      isDone: () => false,
      act: async (args, state, author) => {
        const found = authority.find(args.text('certificate'));
        if (found === undefined) throw noTarget(`there is no certificate ${args.text('certificate')}`);
        await acts.certify(found);
        const now = authority.find(found.name);
        const change = acts.record(found.service, 'rotate_certificate', author, {
          before: `${found.name} until ${String(state.notAfter)}`,
          after: `${found.name} until ${now?.notAfter ?? ''}`,
        });
        return { output: [`serial ${now?.serial ?? ''}, valid until ${now?.notAfter ?? ''}`], change };
      },
    },
    {
      type: 'kill_transaction',
      says: 'Ends an open transaction; what it did is rolled back.',
      args: { transactionId: 'text' },
      state: async (args) => {
        const transactionId = args.text('transactionId');
        const found = (await listed('worker', 'transactions')).find(
          (one) => one.text('transactionId') === transactionId,
        );
        return {
          transactionId,
          present: found !== undefined,
          job: found?.text('job') ?? null,
          startedAt: found?.text('startedAt') ?? null,
          holdsWriteLock: found?.truth('holdsWriteLock') ?? false,
        };
      },
      isDone: (_, state) => state.present === false,
      act: async (args, state, author) => {
        await supervisor.call('worker', 'stopTransaction', { transactionId: args.text('transactionId') });
        const change = acts.record('worker', 'kill_transaction', author, { before: String(state.job) });
        return { output: [`${args.text('transactionId')} (${String(state.job)}) was told to roll back`], change };
      },
    },
    {
      type: 'scale_pool',
      says: 'Sets how many connections a pool may have, without a restart.',
      args: { service: 'text', pool: 'text', size: `number, 1 to ${MOST_CONNECTIONS}` },
      state: async (args) => {
        const found = await pool(args);
        return {
          service: args.text('service'),
          pool: found.text('pool'),
          size: found.number('size'),
          inUse: found.number('inUse'),
          waiting: found.number('waiting'),
        };
      },
      isDone: (args, state) => state.size === args.number('size'),
      act: async (args, state, author) => {
        const size = args.number('size');
        if (!Number.isInteger(size) || size < 1 || size > MOST_CONNECTIONS)
          throw new Error(`${size} is no size for a pool`);
        const change = await acts.configure('payments', keys.poolSize, String(size), author);
        await supervisor.call('payments', 'resized');
        return { output: [`${args.text('pool')}: ${state.size} → ${size} connections`], change };
      },
    },
    {
      type: 'set_circuit_breaker',
      says: 'On: after slow or failed calls the dependency is asked no more for a while; payments are taken later.',
      args: { service: 'text', dependency: 'text', enabled: 'true or false' },
      state: async (args) => {
        const found = await breaker(args);
        return {
          service: args.text('service'),
          dependency: found.text('dependency'),
          enabled: found.truth('enabled'),
          status: found.text('status'),
        };
      },
      isDone: (args, state) => state.enabled === args.truth('enabled'),
      act: async (args, _, author) => {
        const value = args.truth('enabled') ? 'on' : 'off';
        const change = await acts.configure('payments', keys.breaker, value, author);
        return { output: [`circuit breaker for ${args.text('dependency')}: ${value}`], change };
      },
    },
  ];
};
