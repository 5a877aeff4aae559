import type { Checkpoint } from '../../incident/chronicle.ts';
import type { IncidentEvent } from '../../incident/event.ts';
import type { Subscribed } from '../store/feed.ts';

/**
 * So many of the newest events come with a subscription: more than a screen shows, and soon there. Of an incident that
 * has more the server says what the earlier ones amount to.
 */
export const OPEN_EVENTS = 500;
/** Whoever missed more than this is better off opening anew than catching up. */
export const REOPEN_BEHIND = 20_000;

type Opening = { answer: Subscribed; events: IncidentEvent[] };

/**
 * Large incidents that are being opened: what comes of them waits until it is known what came before. `readBefore`
 * resolves to undefined where that cannot be had.
 */
export const createOpenings = (options: {
  readBefore: (incidentId: string, seq: number) => Promise<Checkpoint | undefined>;
  onOpened: (incidentId: string, checkpoint: Checkpoint, answer: Subscribed, events: readonly IncidentEvent[]) => void;
  onFailed: (incidentId: string) => void;
}) => {
  const openings = new Map<string, Opening>();

  const open = async (incidentId: string, opening: Opening, seq: number): Promise<void> => {
    const checkpoint = await options.readBefore(incidentId, seq).catch(() => undefined);
    if (openings.get(incidentId) !== opening) return;
    openings.delete(incidentId);
    if (checkpoint === undefined) options.onFailed(incidentId);
    else options.onOpened(incidentId, checkpoint, opening.answer, opening.events);
  };

  return {
    begin: (incidentId: string, answer: Subscribed): void => void openings.set(incidentId, { answer, events: [] }),
    end: (incidentId: string): void => void openings.delete(incidentId),
    /** Whether the event waits here. */
    take(incidentId: string, event: IncidentEvent): boolean {
      const opening = openings.get(incidentId);
      if (opening === undefined || event.seq === null) return false;
      opening.events.push(event);
      if (opening.events.length === 1) void open(incidentId, opening, event.seq - 1);
      return true;
    },
  };
};
