import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startChild } from './runtime/child.ts';
import { compiledUrl } from './runtime/compiled.ts';
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
  /** How the monitor measures; by the pace where absent. */
  measuring?: Measuring;
};

/** Between two scrapes, over how long each rule looks, and how long it must be missed, or met, until an alert says so. */
export type Measuring = { scrapeEveryMs: number; windowMs: number; lastsMs: number };

const MEMORY_LIMIT_BYTES = 128 * 1024 * 1024;
const SCRAPE_EVERY_MS = 1_000;
const WINDOW_MS = 8_000;
const LASTS_MS = 4_000;
/** Measuring must not become as fast as talking: below these there are too few requests between two scrapes, or in a window. */
const FASTEST = 0.4;
const SHORTEST_WINDOW = 0.65;

const starter = (options: Pick<ProcessOptions, 'onTold' | 'onExit'>) => {
  const children: Child<Told>[] = [];
  return {
    start: async (script: string, settings: object): Promise<Child<Told>> => {
      const child = await startChild<Told>(compiledUrl(import.meta.url, script), settings, isTold);
      children.push(child);
      child.onMessage(options.onTold);
      child.onExit(() => options.onExit(script));
      return child;
    },
    stop: async (): Promise<void> => {
      await Promise.all(children.map((child) => child.stop()));
    },
  };
};

const measuringAt = (pace: number): Measuring => {
  const factor = Math.max(FASTEST, Math.min(1, pace));
  return {
    scrapeEveryMs: SCRAPE_EVERY_MS * factor,
    windowMs: WINDOW_MS * Math.max(SHORTEST_WINDOW, factor),
    lastsMs: LASTS_MS * factor,
  };
};

/** Starts the platform with the shop and its monitor, each a process of its own, and connects them. */
export const startShop = async (options: ProcessOptions) => {
  const { relayUrl, apiKey, dir, pace, shop } = options;
  // Agents must not be able to speak as a service of the shop: two tokens.
  const [agentsToken, shopToken] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  const measuring = options.measuring ?? measuringAt(pace);
  const folder = join(dir, 'shop');
  mkdirSync(folder, { recursive: true });
  let gatewayUrl = '';
  const { start, stop } = starter({
    ...options,
    onTold: (message) => {
      if (message.type === 'gateway') gatewayUrl = message.url;
      options.onTold(message);
    },
  });

  const platform = await start('./platform/platform-process.ts', {
    dir: folder,
    shop: shop.seed,
    agentsToken,
    shopToken,
    memoryLimitBytes: MEMORY_LIMIT_BYTES,
  });
  const monitor = await start('./monitor/monitor-process.ts', {
    relayUrl,
    apiKey,
    agentsToken,
    shopToken,
    platformUrl: platform.address,
    ...measuring,
    provider: shop.provider,
    queue: shop.queue,
    memoryLimitBytes: MEMORY_LIMIT_BYTES,
    logs: Object.fromEntries(topologyOf(shop).map(({ name }) => [name, join(folder, 'logs', `${name}.log`)])),
  });
  await platform.call('start', { monitorUrl: monitor.address });
  return { platform, monitor, gatewayUrl: (): string => gatewayUrl, agentsToken, shopToken, ...measuring, stop };
};

export type RunningShop = Awaited<ReturnType<typeof startShop>>;

/** Starts the agents: they are told two addresses and a token, and nothing of what else runs here. */
export const startAgents = async (options: ProcessOptions, shop: RunningShop) => {
  const { relayUrl, apiKey, dir, pace } = options;
  const folder = join(dir, 'agents');
  mkdirSync(folder, { recursive: true });
  const { start, stop } = starter(options);
  const agents = await start('./agents/agents-process.ts', {
    relayUrl,
    apiKey,
    token: shop.agentsToken,
    journal: join(folder, 'open-incidents.json'),
    pace,
    monitorUrl: shop.monitor.address,
    platformUrl: shop.platform.address,
    scrapeEveryMs: shop.scrapeEveryMs,
  });
  return { agents, stop };
};
