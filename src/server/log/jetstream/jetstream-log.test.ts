import { describe, onTestFinished } from 'vitest';
import { describeEventLog } from '../testing/conformance.ts';
import { NATS_SERVER, startNats } from '../testing/nats-server.ts';
import { describeStateStore } from '../testing/state-conformance.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { openJetStream } from './jetstream-log.ts';

describe.skipIf(NATS_SERVER === undefined)('With a real broker', () => {
  let broker: Promise<Awaited<ReturnType<typeof startNats>>> | undefined;
  let count = 0;

  const open = async (now?: () => number) => {
    broker ??= startNats();
    const { url } = await broker;
    count += 1;
    const system = await openJetStream({
      nats: { urls: [new URL(url)] },
      namespace: `t${count}`,
      replicas: 1,
      maxBytes: -1,
      copyEvery: 20_000,
      dataDir: await temporaryDirectory(),
      ...(now === undefined ? {} : { now }),
    });
    onTestFinished(system.close);
    return system;
  };

  describeEventLog('The log in JetStream', async () => (await open()).log);
  describeStateStore('The state in JetStream', open);
});
