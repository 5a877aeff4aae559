import type { StateStore } from '../log/state-store.ts';
import type { Person } from './principal.ts';
import { hashed, newSecret, seal, unseal } from './sealed.ts';
import { TokenRefused, type Tokens } from './tokens.ts';

/** What a session and a ticket are for: the token that goes upstream, never to the browser. */
export type Session = {
  /** Names the session to those who watch for its end; null where a token came without one. */
  id: string | null;
  token: string;
  person: Person;
};

/** Whose a ticket is or was, for the record. */
export type Holder = Pick<Person, 'tenantId' | 'userId' | 'email'>;

const SESSIONS = 'sessions';
const TICKETS = 'tickets';
const HOLDERS = 'ticket-holders';
export const TICKET_LIFETIME_S = 30;
/** How long it is known whose a ticket was. */
const HOLDER_KNOWN_MS = 600_000;

export type Sessions = ReturnType<typeof createSessions>;

/**
 * Sessions and their tickets. The store holds no secret that somebody who reads it could use: a token is sealed with
 * the session's secret, which only the cookie holds, and that with the ticket's, which only the browser holds.
 */
export const createSessions = (store: StateStore, tokens: Tokens) => {
  const endings = new Map<string, Set<() => void>>();

  const find = async (secret: string): Promise<Session | undefined> => {
    const id = hashed(secret);
    const sealed = (await store.get<{ sealed?: string }>(SESSIONS, id))?.value.sealed;
    const token = sealed === undefined ? undefined : unseal(secret, sealed);
    if (token === undefined) return undefined;
    const person = await tokens.verify(token).catch((error: unknown) => {
      if (error instanceof TokenRefused) return undefined;
      throw error;
    });
    return person === undefined ? undefined : { id, token, person };
  };

  return {
    /** Verifies the token and starts a session that lives as long as it; returns the cookie's value. */
    async start(token: string): Promise<{ secret: string; person: Person }> {
      const person = await tokens.verify(token);
      const secret = newSecret();
      const ttlMs = Math.max(1, person.expiresAt - Date.now());
      await store.put(SESSIONS, hashed(secret), { sealed: seal(secret, token) }, { ttlMs });
      return { secret, person };
    },
    find,
    async isLive(id: string): Promise<boolean> {
      return (await store.get(SESSIONS, id)) !== undefined;
    },
    async end(secret: string): Promise<void> {
      const id = hashed(secret);
      await store.delete(SESSIONS, id);
      for (const listener of [...(endings.get(id) ?? [])]) listener();
    },
    /** Hears when somebody signs out of the session; returns the function that ends the listening. */
    onEnd(id: string, listener: () => void): () => void {
      const listeners = endings.get(id) ?? new Set();
      endings.set(id, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && endings.get(id) === listeners) endings.delete(id);
      };
    },
    async issueTicket(sessionSecret: string, { tenantId, userId, email }: Person): Promise<string> {
      const ticket = newSecret();
      const holder: Holder = { tenantId, userId, email };
      await Promise.all([
        store.put(
          TICKETS,
          hashed(ticket),
          { sealed: seal(ticket, sessionSecret) },
          { ttlMs: TICKET_LIFETIME_S * 1000 },
        ),
        store.put(HOLDERS, hashed(ticket), holder, { ttlMs: HOLDER_KNOWN_MS }),
      ]);
      return ticket;
    },
    /** Used up by this one look, whatever comes of it; undefined alike for unknown, expired, used and signed-out ones. */
    async takeTicket(ticket: string): Promise<Session | undefined> {
      const entry = await store.take<{ sealed: string }>(TICKETS, hashed(ticket));
      const secret = entry === undefined ? undefined : unseal(ticket, entry.value.sealed);
      return secret === undefined ? undefined : find(secret);
    },
    /** Whose this ticket is or was, also once it is used or expired; undefined for what never was one. */
    async holderOf(ticket: string): Promise<Holder | undefined> {
      return (await store.get<Holder>(HOLDERS, hashed(ticket)))?.value;
    },
  };
};
