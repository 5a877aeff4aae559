import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startChild } from './runtime/child.ts';
import type { Blueprint } from './shop/blueprint.ts';
import { topologyOf } from './shop/topology.ts';

export type Told =
  | { type: 'alert'; firing: boolean }
  | { type: 'incident'; incidentId: string; title: string }
  | { type: 'busy'; investigations: number }
  | { type: 'gateway'; url: string }
  | { type: 'failed'; reason: string };

const TYPES: ReadonlySet<unknown> = new Set(['alert', 'incident', 'busy', 'gateway', 'failed']);
const isTold = (message: unknown): message is Told =>
  typeof message === 'object' && message !== null && 'type' in message && TYPES.has(message.type);

export type ProcessOptions = {
  relayUrl: string;
  apiKey: string;
  dir: string;
  pace: number;
  shop: Blueprint;
  onTold: (message: Told) => void;
  onExit: (name: string) => void;
};

const MEMORY_LIMIT_BYTES = 128 * 1024 * 1024;
const WINDOW_MS = 8_000;

/** What the agents of before ask for: removed with them. */
const beforeTheSwitch = (url: string, folder: string, windowMs: number) => ({
  changesUrl: url,
  services: [
    { name: 'gateway', log: join(folder, 'logs', 'gateway.log'), dependsOn: ['orders', 'payments'] },
    { name: 'orders', log: join(folder, 'logs', 'orders.log'), dependsOn: [], databaseUrl: url },
  ],
  objectives: [
    {
      name: 'Checkout',
      service: 'gateway',
      metric: 'http_request_duration_seconds',
      where: { service: 'gateway', route: '/checkout' },
      p99Seconds: 0.4,
      windowMs,
    },
  ],
});

/** Starts the platform with the shop, the monitor and the agents, each a process of its own, and connects them. */
export const startProcesses = async (options: ProcessOptions) => {
  const { relayUrl, apiKey, dir, pace, shop } = options;
  // Agents must not be able to speak as a service of the shop: two tokens.
  const [agentsToken, shopToken] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  // Measuring must not become as fast as talking: below this there are too few requests between two scrapes.
  const scrapeEveryMs = 1_000 * Math.max(0.5, Math.min(1, pace));
  const folders = { shop: join(dir, 'shop'), agents: join(dir, 'agents') };
  mkdirSync(folders.shop, { recursive: true });
  mkdirSync(folders.agents, { recursive: true });
  let gatewayUrl = '';
  let stopping = false;

  const start = async (script: string, settings: object): Promise<Child<Told>> => {
    const child = await startChild<Told>(new URL(script, import.meta.url), settings, isTold);
    child.onMessage((message) => {
      if (message.type === 'gateway') gatewayUrl = message.url;
      options.onTold(message);
    });
    child.onExit(() => {
      if (!stopping) options.onExit(script);
    });
    return child;
  };

  const platform = await start('./platform/platform-process.js', {
    dir: folders.shop,
    shop: shop.seed,
    agentsToken,
    shopToken,
  });
  const names = topologyOf(shop).map(({ name }) => name);
  const monitor = await start('./monitor/monitor-process.js', {
    relayUrl,
    apiKey,
    agentsToken,
    shopToken,
    platformUrl: platform.address,
    scrapeEveryMs,
    windowMs: WINDOW_MS,
    provider: shop.provider,
    queue: shop.queue,
    memoryLimitBytes: MEMORY_LIMIT_BYTES,
    logs: Object.fromEntries(names.map((name) => [name, join(folders.shop, 'logs', `${name}.log`)])),
  });
  await platform.call('start', { monitorUrl: monitor.address });
  const agents = await start('./agents/agents-process.js', {
    relayUrl,
    apiKey,
    token: agentsToken,
    journal: join(folders.agents, 'open-incidents.json'),
    pace,
    monitorUrl: monitor.address,
    platformUrl: platform.address,
    scrapeEveryMs,
    ...beforeTheSwitch(platform.address, folders.shop, WINDOW_MS),
  });

  return {
    platform,
    monitor,
    agents,
    gatewayUrl: (): string => gatewayUrl,
    agentsToken,
    shopToken,
    stop: async (): Promise<void> => {
      stopping = true;
      await Promise.all([agents.stop(), monitor.stop(), platform.stop()]);
    },
  };
};
