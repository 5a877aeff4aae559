import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ of every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

type Entry = { pid: number; parent: number; cpuSeconds: number };

/** `/proc/<pid>/stat`; the name in it may hold spaces and brackets, so that it is read from its end. */
const entryOf = (pid: number): Entry | undefined => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number);
    return { pid, parent: parent ?? 0, cpuSeconds: ((user ?? 0) + (system ?? 0)) / TICKS_PER_SECOND };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
};

type Memory = { ownBytes: number; sharedBytes: number };

const memoryOf = (pid: number): Memory => {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
    const own = kilobytes('Private_Clean') + kilobytes('Private_Dirty');
    return { ownBytes: own * 1024, sharedBytes: (kilobytes('Rss') - own) * 1024 };
  } catch {
    return { ownBytes: 0, sharedBytes: 0 };
  }
};

export type Cost = { processes: number; bytes: number; cpuSeconds: number };

/** A process and all below it. */
const treeOf = (root: number): Entry[] => {
  const entries = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (entryOf(Number(name)) ?? []) : []));
  const tree = new Set([root]);
  for (let grew = true; grew; ) {
    const found = entries.filter(({ pid, parent }) => tree.has(parent) && !tree.has(pid));
    grew = found.length > 0;
    for (const { pid } of found) tree.add(pid);
  }
  return entries.filter(({ pid }) => tree.has(pid));
};

/** The ids of a process and of all below it, on Linux. */
export const processesOf = (root: number): number[] => treeOf(root).map(({ pid }) => pid);

/**
 * What a process and all below it cost the machine, on Linux. Memory is what each has for itself, and once what they share,
 * which is Node's own code.
 */
export const costOf = (root: number): Cost => {
  const all = treeOf(root);
  const memory = all.map(({ pid }) => memoryOf(pid));
  return {
    processes: all.length,
    bytes:
      memory.reduce((sum, { ownBytes }) => sum + ownBytes, 0) +
      Math.max(0, ...memory.map(({ sharedBytes }) => sharedBytes)),
    cpuSeconds: all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
};
