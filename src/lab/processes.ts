import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { AgentSettings } from './agents/settings.ts';
import { type Child, isNothing, startChild } from './runtime/child.ts';
import { serve } from './runtime/http-server.ts';
import type { Blueprint } from './shop/blueprint.ts';
import { createChangeFeed, type NewChange } from './shop/changes.ts';

export type Told =
  | { type: 'alert'; firing: boolean }
  | { type: 'busy'; investigations: number }
  | { type: 'failed'; reason: string };

const TYPES: ReadonlySet<unknown> = new Set(['alert', 'busy', 'failed']);
const isTold = (message: unknown): message is Told =>
  typeof message === 'object' && message !== null && 'type' in message && TYPES.has(message.type);

export type ProcessOptions = {
  relayUrl: string;
  apiKey: string;
  dir: string;
  seedName: string;
  pace: number;
  shop: Blueprint;
  onTold: (message: Told) => void;
  onExit: (name: string) => void;
};

export type Processes = {
  ordersUrl: string;
  gatewayUrl: string;
  token: string;
  addChange: (change: NewChange) => void;
  stop: () => void;
};

const CHECKOUT_METRIC = 'http_request_duration_seconds';

/** Starts the shop, its monitor and the agents, each a process of its own, and connects them. */
export const startProcesses = async (options: ProcessOptions): Promise<Processes> => {
  const { relayUrl, apiKey, dir, pace, shop, seedName } = options;
  const token = randomBytes(16).toString('hex');
  // Measuring must not become as fast as talking: below this there are too few requests in a window.
  const measuring = Math.max(0.4, Math.min(1, pace));
  const scrapeEveryMs = 1_000 * measuring;
  const objective = {
    name: 'Checkout',
    service: 'gateway',
    metric: CHECKOUT_METRIC,
    where: { service: 'gateway', route: '/checkout' },
    p99Seconds: 0.15,
    windowMs: 8_000 * measuring,
  };
  const children: Child<Told>[] = [];
  const start = async (script: string, settings: object): Promise<string> => {
    const child = await startChild<Told>(
      new URL(script, import.meta.url),
      settings,
      script.includes('shop/') ? isNothing : isTold,
    );
    child.onMessage(options.onTold);
    child.onExit(() => options.onExit(script));
    children.push(child);
    return child.address;
  };

  const feed = createChangeFeed();
  const changes = await serve({ routes: feed.routes, token });
  const logs = { orders: join(dir, 'logs', 'orders.log'), gateway: join(dir, 'logs', 'gateway.log') };
  const ordersUrl = await start('./shop/orders-process.js', {
    database: join(dir, `shop-${seedName}.db`),
    log: logs.orders,
    changesUrl: changes.url,
    token,
    blueprint: shop,
  });
  const gatewayUrl = await start('./shop/gateway-process.js', {
    ordersUrl,
    log: logs.gateway,
    token,
    release: shop.release,
  });
  const monitorUrl = await start('./monitor/monitor-process.js', {
    relayUrl,
    apiKey,
    token,
    targets: [gatewayUrl, ordersUrl],
    scrapeEveryMs,
    objective,
  });
  await start('./agents/agents-process.js', {
    relayUrl,
    apiKey,
    token,
    journal: join(dir, 'open-incidents.json'),
    pace,
    monitorUrl,
    changesUrl: changes.url,
    scrapeEveryMs,
    services: [
      { name: 'gateway', log: logs.gateway, dependsOn: ['orders'] },
      { name: 'orders', log: logs.orders, dependsOn: [], databaseUrl: ordersUrl },
    ],
    objectives: [objective],
  } satisfies AgentSettings);

  return {
    ordersUrl,
    gatewayUrl,
    token,
    addChange: feed.add,
    stop: () => {
      for (const child of children) child.stop();
    },
  };
};
