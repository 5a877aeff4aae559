import { readFileSync } from 'node:fs';

/** Files that a process has open beside its sockets. */
const OTHER_FILES = 200;
/** The kernel counts CPU time in hundredths of a second for everybody who asks (USER_HZ). */
const TICK_MS = 10;

/** A figure of a process in kilobytes: VmRSS now, VmHWM at its most. */
export const memoryKb = (pid: number, name: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/** CPU time that a process has used so far, all of its threads together, in milliseconds. */
export const cpuMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
};

/** Node raises its own soft limit to the hard one, which only the shell or the system can raise. */
export const checkOpenFiles = (sockets: number): void => {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const most = Number(/^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  if (sockets + OTHER_FILES <= most) return;
  throw new Error(`${sockets} sockets need ${sockets + OTHER_FILES} open files, and ${most} are allowed: ulimit -n.`);
};
