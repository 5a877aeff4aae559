import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createShopControl } from '../faults/shop-control.ts';
import { type ProcessOptions, startShop, type Told } from '../processes.ts';
import { createRandom } from '../runtime/random.ts';
import { blueprintOf } from '../shop/blueprint.ts';
import { createTraffic } from '../shop/traffic.ts';

const LOOK_EVERY_MS = 100;
/** With three times as many people a third of the time shows as much. */
const CROWD = 3;
const MEASURING = { scrapeEveryMs: 250, windowMs: 2_500, lastsMs: 800 };

export type Answer = { status: number; body: Record<string, unknown>; text: string };

/** A shop of its own under load, without agents; asked as agents ask it. */
export const runShop = async (seed: string, relayUrl: string) => {
  const dir = mkdtempSync(join(tmpdir(), 'shop-'));
  const shop = blueprintOf(seed);
  const random = createRandom(seed);
  const told: Told[] = [];
  const options: ProcessOptions = {
    relayUrl,
    apiKey: 'cflo_test',
    dir,
    pace: 0.1,
    measuring: MEASURING,
    shop,
    onTold: (message) => told.push(message),
    onExit: (name) => {
      throw new Error(`${name} has ended`);
    },
  };
  const running = await startShop(options);
  const { platform, monitor, agentsToken, shopToken, gatewayUrl } = running;
  const traffic = createTraffic({ gatewayUrl, token: shopToken, owners: shop.owners, random });
  const control = createShopControl({
    shop,
    platform: platform.call,
    traffic,
    random,
    pause: (ms) => sleep(ms),
  });
  traffic.rise(CROWD);
  traffic.start();

  const ask = async (base: string, path: string, body?: object, token = agentsToken): Promise<Answer> => {
    const response = await fetch(base + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'x-lab-token': token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: response.ok || text.startsWith('{') ? JSON.parse(text) : {}, text };
  };
  const onMonitor = (path: string, body?: object) => ask(monitor.address, path, body);
  const onPlatform = (path: string, body?: object) => ask(platform.address, path, body);

  return {
    dir,
    options,
    shop,
    control,
    running,
    told,
    ask,
    onMonitor,
    onPlatform,
    operate: (type: string, args: object, more: object = {}): Promise<Answer> =>
      onPlatform('/operations', { type, args, operationId: `op_${Math.random()}`, ...more }),
    /** Resolves once `find` finds something; how long that may take is the test's affair. */
    until: async <T>(find: () => Promise<T | undefined>): Promise<T> => {
      for (;;) {
        const found = await find();
        if (found !== undefined) return found;
        await sleep(LOOK_EVERY_MS);
      }
    },
    putBack: async (): Promise<void> => {
      traffic.usual();
      traffic.rise(CROWD);
      await platform.call('reset');
      await monitor.call('forget');
    },
    stop: async (): Promise<void> => {
      await running.stop();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

export type ShopUnderTest = Awaited<ReturnType<typeof runShop>>;
