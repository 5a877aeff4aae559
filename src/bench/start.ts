import { setTimeout as wait } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import { Objm } from '@nats-io/obj';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { toNewEvent } from '../server/incidents/stored-event.ts';
import { encodeAppends } from '../server/log/jetstream/message.ts';
import { namesOf } from '../server/log/jetstream/names.ts';
import { startNats } from '../server/log/testing/nats-server.ts';
import { TENANT } from '../server/testing/people.ts';
import { type ServerProcess, startServer } from '../server/testing/server-process.ts';
import type { Bench, Row } from './harness/bench.ts';
import { PADDING } from './harness/publish-all.ts';

const EVENTS = { full: 1_000_000, tiny: 2_000 };
const INCIDENTS = 1_000;
/** Messages that are not acknowledged yet. */
const UNDER_WAY = 1_000;
const COPY_EVERY = { full: 20_000, tiny: 200 };
const LOOK_EVERY_MS = 100;

const NAMES = namesOf('causeflow');

/** Puts events into the log as nodes do where agents publish one at a time: each is a message of its own. */
const fill = async (connection: NatsConnection, events: number): Promise<void> => {
  const js = jetstream(connection);
  const underWay = new Set<Promise<unknown>>();
  for (let number = 0; number < events; number += 1) {
    const incidentId = `inc_${number % INCIDENTS}`;
    const params = {
      incidentId,
      eventId: `evt_${number}`,
      timestamp: new Date(number).toISOString(),
      agentName: 'Bench',
      message: PADDING,
    };
    const { eventId, method, key, params: text } = toNewEvent('investigation.progress', params);
    const data = encodeAppends([['append', TENANT, incidentId, [[eventId, method, key, text]], null, 0]]);
    const one = js
      .publish(NAMES.log({ tenantId: TENANT, stream: incidentId }), data, { msgID: `m${number}`, headers: headers() })
      .finally(() => underWay.delete(one));
    underWay.add(one);
    if (underWay.size >= UNDER_WAY) await Promise.race(underWay);
  }
  await Promise.all(underWay);
};

const timed = async (start: () => Promise<ServerProcess>): Promise<{ ms: number; node: ServerProcess }> => {
  const from = performance.now();
  const node = await start();
  return { ms: Math.round(performance.now() - from), node };
};

const measure = async (size: 'full' | 'tiny'): Promise<readonly Row[]> => {
  const broker = await startNats();
  const connection = await connect({ servers: `127.0.0.1:${broker.port}` });
  const node = (copyEvery: number, dataDir?: string): Promise<ServerProcess> =>
    startServer({
      env: { NATS_URL: broker.url, NATS_COPY_EVERY: String(copyEvery), LOG_LEVEL: 'silent' },
      ...(dataDir === undefined ? {} : { dataDir }),
    });
  try {
    const first = await node(0);
    await first.stop();
    await fill(connection, EVENTS[size]);
    const alone = await timed(() => node(0));
    await alone.node.kill('SIGTERM');
    // It has the whole log, and leaves a copy of it.
    const leaving = await node(COPY_EVERY[size], alone.node.dataDir);
    const store = await new Objm(jetstream(connection)).create(NAMES.copies);
    let copy = await store.info('replica');
    for (; copy === null; copy = await store.info('replica')) await wait(LOOK_EVERY_MS);
    await leaving.stop();
    const copied = await timed(() => node(COPY_EVERY[size]));
    await copied.node.stop();
    return [
      {
        name: `a new node of ${EVENTS[size].toLocaleString('en-US')} events, until it serves`,
        unit: 'ms',
        better: 'less',
        goal: 'seconds',
        figures: [
          { side: 'CauseFlow Live', value: copied.ms, note: `with a copy of ${Math.round(copy.size / 1e6)} MB` },
          { side: 'the log alone', value: alone.ms, note: 'every message, as without copies' },
        ],
      },
    ];
  } finally {
    await connection.close();
    await broker.stop();
  }
};

export const start: Bench = {
  what: 'a node of a cluster that begins with an empty directory, the log in JetStream with a message for each event.',
  packages: ['@nats-io/jetstream', '@nats-io/obj'],
  needsBroker: true,
  run: measure,
};
