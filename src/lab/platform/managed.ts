import type { Child } from '../runtime/child.ts';

export type Build = Record<string, boolean | number>;
export type Release = { version: string; at: string; author: string; build: Build };
export type Usage = { type: 'usage'; rssBytes: number; cpuSeconds: number };

/** A service as the platform runs it. */
export type Managed = {
  name: string;
  script: URL;
  /** What it is told beside what all are told. */
  extra: () => object;
  /** A new one is ready before the old one goes; not where two at once would get in each other's way. */
  overlaps: boolean;
  /** Newest first; the first one runs. */
  releases: [Release, ...Release[]];
  child: Child<Usage> | undefined;
  status: 'running' | 'starting' | 'stopped';
  instance: number;
  startedAt: string;
  restarts: number;
  lastExit: { at: string; says: string } | null;
  usage: { rssBytes: number; cpuSeconds: number; cpuPercent: number; at: number };
};

export const newManaged = (of: Pick<Managed, 'name' | 'script' | 'extra' | 'overlaps'>, version: string): Managed => {
  const at = new Date().toISOString();
  return {
    ...of,
    releases: [{ version, at, author: 'release pipeline', build: {} }],
    child: undefined,
    status: 'stopped',
    instance: 0,
    startedAt: at,
    restarts: 0,
    lastExit: null,
    usage: { rssBytes: 0, cpuSeconds: 0, cpuPercent: 0, at: Date.now() },
  };
};
