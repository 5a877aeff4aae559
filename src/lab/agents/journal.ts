import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { InvestigationDispatched } from '../../protocol/incident.ts';

/** An investigation that was asked for during another, and the newest seq as it was asked for or, later, as it began. */
const Again = z.object({ dispatch: InvestigationDispatched, hasBegun: z.boolean(), since: z.number() });
export type Again = z.infer<typeof Again>;

const Journal = z.array(z.union([z.string(), z.object({ incidentId: z.string(), again: Again })]));

const read = (file: string): z.infer<typeof Journal> => {
  try {
    return Journal.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Absent at the first start; unreadable after a full disk. Dispatches that still wait come from the relay anyway.
    return [];
  }
};

/** The incidents that the agents are busy with or wait for a decision on, kept over a restart. */
export const openJournal = (file: string) => {
  const open = new Map<string, Again | undefined>();
  for (const entry of read(file)) {
    if (typeof entry === 'string') open.set(entry, undefined);
    else open.set(entry.incidentId, entry.again);
  }
  const write = (): void => {
    const entries = [...open].map(([incidentId, again]) => (again === undefined ? incidentId : { incidentId, again }));
    writeFileSync(`${file}.new`, JSON.stringify(entries));
    renameSync(`${file}.new`, file);
  };
  return {
    incidents: (): string[] => [...open.keys()],
    /** What is to be investigated again, or is, in an incident. */
    again: (incidentId: string): Again | undefined => open.get(incidentId),
    add: (incidentId: string): void => {
      open.set(incidentId, open.get(incidentId));
      write();
    },
    keepAgain: (incidentId: string, again: Again | undefined): void => {
      if (open.get(incidentId) === again) return;
      open.set(incidentId, again);
      write();
    },
    remove: (incidentId: string): void => {
      open.delete(incidentId);
      write();
    },
  };
};
