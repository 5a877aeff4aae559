import { type Child, startChild } from '../runtime/child.ts';
import type { Managed, Release, Usage } from './managed.ts';

const RESTART_AFTER_MS = 600;
/** Before a start that failed is tried again. */
const RETRY_AFTER_MS = 2_000;
/** What was asked for before the address changed is still answered by the old process. */
const DRAIN_MS = 1_200;

const isUsage = (message: unknown): message is Usage =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'usage';

export type SupervisorOptions = {
  memoryLimitBytes: number;
  services: readonly Managed[];
  /** What a service is told at its start. */
  settingsOf: (managed: Managed) => object;
  onAddresses: (addresses: Record<string, string>) => void;
};

/** The provider has two addresses: one for its customers, and one that it is measured at. */
const readAddress = (address: string): { service: string; metrics: string } => {
  if (!address.startsWith('{')) return { service: address, metrics: address };
  const read: unknown = JSON.parse(address);
  return {
    service: typeof read === 'object' && read !== null && 'service' in read ? String(read.service) : '',
    metrics: typeof read === 'object' && read !== null && 'metrics' in read ? String(read.metrics) : '',
  };
};

/** Runs the services: starts, replaces and restarts them, and ends one that takes too much memory. */
export const createSupervisor = ({ services, settingsOf, onAddresses, memoryLimitBytes }: SupervisorOptions) => {
  const addresses: Record<string, string> = {};
  const targets = new Map<string, string>();
  const turns = new Map<Managed, Promise<unknown>>();

  /** One after the other for each service: of two starts at once one would be a process that nobody knows. */
  const inTurn = <T>(managed: Managed, run: () => Promise<T>): Promise<T> => {
    const mine = (turns.get(managed) ?? Promise.resolve()).then(run);
    turns.set(
      managed,
      mine.catch(() => undefined),
    );
    return mine;
  };

  const of = (name: string): Managed => {
    const managed = services.find((one) => one.name === name);
    if (managed === undefined) throw new Error(`there is no service ${name}`);
    return managed;
  };

  const tellAddresses = (): void => {
    for (const { child } of services) void child?.call('addresses', { addresses }).catch(() => undefined);
    onAddresses(addresses);
  };

  const takeUsage = (managed: Managed, { rssBytes, cpuSeconds }: Usage): void => {
    const { usage } = managed;
    const now = Date.now();
    const seconds = (now - usage.at) / 1000;
    const cpuPercent = seconds <= 0 ? 0 : Math.round(((cpuSeconds - usage.cpuSeconds) / seconds) * 100);
    managed.usage = { rssBytes, cpuSeconds, cpuPercent: Math.max(0, cpuPercent), at: now };
    if (rssBytes <= memoryLimitBytes || managed.child === undefined) return;
    managed.lastExit = {
      at: new Date().toISOString(),
      says: `out of memory: ${rssBytes} of ${memoryLimitBytes} bytes`,
    };
    managed.child.kill();
  };

  /** Starts it after a while, unless somebody else has by then. */
  const startLater = (managed: Managed, afterMs: number): void => {
    setTimeout(() => {
      const startIfNone = async (): Promise<void> => {
        if (managed.child === undefined) await start(managed);
      };
      // Where that fails it is tried again.
      inTurn(managed, startIfNone).catch(() => undefined);
    }, afterMs);
  };

  const fork = async (managed: Managed): Promise<Child<Usage>> => {
    try {
      return await startChild<Usage>(managed.script, settingsOf(managed), isUsage);
    } catch (error) {
      managed.status = managed.child === undefined ? 'stopped' : 'running';
      if (managed.child === undefined) startLater(managed, RETRY_AFTER_MS);
      throw error;
    }
  };

  const start = async (managed: Managed): Promise<void> => {
    managed.status = 'starting';
    const child = await fork(managed);
    managed.child = child;
    managed.instance += 1;
    managed.status = 'running';
    managed.startedAt = new Date().toISOString();
    managed.usage = { rssBytes: 0, cpuSeconds: 0, cpuPercent: 0, at: Date.now() };
    const { service, metrics } = readAddress(child.address);
    addresses[managed.name] = service;
    targets.set(managed.name, metrics);
    child.onMessage((usage) => {
      if (managed.child === child) takeUsage(managed, usage);
    });
    child.onExit((code, signal) => {
      if (managed.child !== child) return;
      managed.child = undefined;
      managed.status = 'stopped';
      managed.restarts += 1;
      const at = new Date().toISOString();
      if (signal !== 'SIGKILL') managed.lastExit = { at, says: `ended with ${signal ?? code}` };
      startLater(managed, RESTART_AFTER_MS);
    });
    tellAddresses();
  };

  const replace = async (managed: Managed): Promise<void> => {
    const old = managed.child;
    if (!managed.overlaps) {
      managed.child = undefined;
      await old?.stop();
      await start(managed);
      return;
    }
    await start(managed);
    setTimeout(() => void old?.stop(), DRAIN_MS);
  };

  return {
    of,
    services,
    targets: (): { service: string; url: string }[] => [...targets].map(([service, url]) => ({ service, url })),
    addresses: (): Record<string, string> => addresses,
    startAll: async (): Promise<void> => {
      for (const managed of services) await inTurn(managed, () => start(managed));
    },
    restart: async (name: string): Promise<void> => {
      const managed = of(name);
      await inTurn(managed, () => replace(managed));
      managed.restarts += 1;
    },
    /** Runs another version from now on; one that does not start is none. */
    release: (name: string, release: Omit<Release, 'at'>): Promise<{ before: string; after: string }> => {
      const managed = of(name);
      return inTurn(managed, async () => {
        const before = managed.releases;
        managed.releases = [{ ...release, at: new Date().toISOString() }, ...before];
        try {
          await replace(managed);
        } catch (error) {
          managed.releases = before;
          throw error;
        }
        return { before: before[0].version, after: release.version };
      });
    },
    call: (name: string, method: string, params: object = {}): Promise<unknown> => {
      const { child } = of(name);
      return child === undefined ? Promise.reject(new Error(`${name} is not running`)) : child.call(method, params);
    },
  };
};

export type Supervisor = ReturnType<typeof createSupervisor>;
