import { expect, it, onTestFinished } from 'vitest';
import { openEmbeddedLog } from '../log/embedded-log.ts';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { createMeters } from '../metrics/meters.ts';
import { createHub } from './hub.ts';
import { createSubscriptions } from './subscriptions.ts';

it('a subscription that is still being made when its connection closes listens to nothing', async () => {
  const { log, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(close);
  const hub = createHub(log);
  let listening = 0;
  const subscriptions = createSubscriptions({
    log,
    hub: {
      ...hub,
      join(stream, listener) {
        listening += 1;
        return hub.join(stream, listener);
      },
    },
    sink: {
      send: () => undefined,
      isFull: () => false,
      encode: (text) => Buffer.from(text),
      offer: () => false,
      waitingBytes: () => 0,
      pageBytes: () => 0,
      room: () => Promise.resolve(false),
      drained: () => Promise.resolve(false),
      fill: () => true,
      stalledMs: () => 0,
      closed: () => undefined,
    },
    meters: createMeters(),
    tenantId: 'ten_a',
    most: 1,
    onLimit: () => undefined,
    watch: () => () => undefined,
    onEnd: () => undefined,
    onFailure: () => undefined,
  });
  const making = subscriptions.subscribe('investigation', { incidentId: 'inc_1' });
  subscriptions.endAll();
  expect((await making).kind).toBe('refused');
  expect(listening).toBe(0);
});
