import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const Journal = z.array(z.string());

const read = (file: string): string[] => {
  try {
    return Journal.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Absent at the first start; unreadable after a full disk. Dispatches that still wait come from the relay anyway.
    return [];
  }
};

/** The incidents that the agents are busy with or wait for a decision on, kept over a restart. */
export const openJournal = (file: string) => {
  const open = new Set(read(file));
  const write = (): void => {
    writeFileSync(`${file}.new`, JSON.stringify([...open]));
    renameSync(`${file}.new`, file);
  };
  return {
    incidents: (): string[] => [...open],
    add: (incidentId: string): void => {
      open.add(incidentId);
      write();
    },
    remove: (incidentId: string): void => {
      open.delete(incidentId);
      write();
    },
  };
};
