import { createHash, randomBytes } from 'node:crypto';
import type { StateStore } from '../log/state-store.ts';
import type { Person } from './principal.ts';
import type { Tokens } from './tokens.ts';

/** What a session and a ticket are for: the token that goes upstream, never to the browser. */
export type Session = {
  /** Names the session to those who watch for its end; null where a token came without one. */
  id: string | null;
  token: string;
  person: Person;
};

const SESSIONS = 'sessions';
const TICKETS = 'tickets';
export const TICKET_LIFETIME_S = 30;
/** OWASP asks for 64 bits of entropy; the contract for 128. */
const SECRET_BYTES = 32;

/** Secrets are stored as hashes: who reads the store can't use them. */
const hashed = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

export type Sessions = ReturnType<typeof createSessions>;

export const createSessions = (store: StateStore, tokens: Tokens) => {
  const endings = new Set<(id: string) => void>();

  const findById = async (id: string): Promise<Session | undefined> => {
    const entry = await store.get<{ token: string }>(SESSIONS, id);
    if (entry === undefined) return undefined;
    const { token } = entry.value;
    const person = await tokens.verify(token).catch(() => undefined);
    return person === undefined ? undefined : { id, token, person };
  };

  return {
    /** Verifies the token and starts a session that lives as long as it; returns the cookie's value. */
    async start(token: string): Promise<{ secret: string; person: Person }> {
      const person = await tokens.verify(token);
      const secret = newSecret();
      await store.put(SESSIONS, hashed(secret), { token }, { ttlMs: Math.max(1, person.expiresAt - Date.now()) });
      return { secret, person };
    },
    find: (secret: string): Promise<Session | undefined> => findById(hashed(secret)),
    findById,
    async end(secret: string): Promise<void> {
      await store.delete(SESSIONS, hashed(secret));
      for (const listener of endings) listener(hashed(secret));
    },
    /** Hears the id of every session that somebody signs out of. */
    onEnd(listener: (id: string) => void): void {
      endings.add(listener);
    },
    async issueTicket(sessionSecret: string): Promise<string> {
      const ticket = newSecret();
      await store.put(
        TICKETS,
        hashed(ticket),
        { session: hashed(sessionSecret) },
        { ttlMs: TICKET_LIFETIME_S * 1000, expect: 'absent' },
      );
      return ticket;
    },
    /** Used up by this one look, whatever comes of it; undefined alike for unknown, expired, used and signed-out ones. */
    async takeTicket(ticket: string): Promise<Session | undefined> {
      const entry = await store.take<{ session: string }>(TICKETS, hashed(ticket));
      return entry === undefined ? undefined : findById(entry.value.session);
    },
  };
};
