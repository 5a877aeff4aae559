import { alone, type Neighbours } from '../cluster/neighbours.ts';
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
/** What is open for a session on other nodes ends with it. */
const ENDED = 'session-ended';
export const TICKET_LIFETIME_S = 30;
/** A token that nobody has verified may say that it is good for thousands of years, and we would keep its session. */
const LONGEST_UNVERIFIED_MS = 24 * 3_600_000;
/** How long it is known whose a ticket was. */
const HOLDER_KNOWN_MS = 600_000;

/** Those who wait for something to happen to a session, by its id. */
const createListeners = <News>() => {
  const byId = new Map<string, Set<(news: News) => void>>();
  return {
    add(id: string, listener: (news: News) => void): () => void {
      const listeners = byId.get(id) ?? new Set();
      byId.set(id, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && byId.get(id) === listeners) byId.delete(id);
      };
    },
    tell(id: string, news: News): void {
      for (const listener of [...(byId.get(id) ?? [])]) listener(news);
    },
  };
};

/** `endsAt`: epoch milliseconds; absent in those that were kept before it was. */
type Kept = { sealed?: string; endsAt?: number };

export type Sessions = ReturnType<typeof createSessions>;

/**
 * Sessions and their tickets. The store holds no secret that somebody who reads it could use: a token is sealed with
 * the session's secret, which only the cookie holds, and that with the ticket's, which only the browser holds.
 */
export const createSessions = (store: StateStore, tokens: Tokens, neighbours: Neighbours = alone) => {
  const endings = createListeners<void>();
  neighbours.hear(ENDED, (id) => {
    if (typeof id === 'string') endings.tell(id);
  });
  const renewals = createListeners<Session>();

  const endingBy = (person: Person, endsAt: number): Person => ({
    ...person,
    expiresAt: Math.min(person.expiresAt, endsAt),
  });

  /** Whose session the token makes, and for how long from now on. */
  const personOf = async (token: string): Promise<Person> => {
    const person = await tokens.verify(token);
    return tokens.areVerified ? person : endingBy(person, Date.now() + LONGEST_UNVERIFIED_MS);
  };

  /** What is kept of the session, and until when. */
  const keeping = (secret: string, token: string, { expiresAt }: Person) => ({
    kept: { sealed: seal(secret, token), endsAt: expiresAt } satisfies Kept,
    ttlMs: Math.max(1, expiresAt - Date.now()),
  });

  const find = async (secret: string): Promise<Session | undefined> => {
    const id = hashed(secret);
    const { sealed, endsAt = Number.POSITIVE_INFINITY } = (await store.get<Kept>(SESSIONS, id))?.value ?? {};
    const token = sealed === undefined ? undefined : unseal(secret, sealed);
    if (token === undefined) return undefined;
    const person = await tokens.verify(token).catch((error: unknown) => {
      if (error instanceof TokenRefused) return undefined;
      throw error;
    });
    return person === undefined ? undefined : { id, token, person: endingBy(person, endsAt) };
  };

  return {
    /**
     * Verifies the token and starts a session that lives as long as it, and a day at most where that cannot be verified
     * here; returns the cookie's value.
     */
    async start(token: string): Promise<{ secret: string; person: Person }> {
      const person = await personOf(token);
      const secret = newSecret();
      const { kept, ttlMs } = keeping(secret, token, person);
      await store.put(SESSIONS, hashed(secret), kept, { ttlMs });
      return { secret, person };
    },
    find,
    async isLive(id: string): Promise<boolean> {
      return (await store.get(SESSIONS, id)) !== undefined;
    },
    async end(secret: string): Promise<void> {
      const id = hashed(secret);
      await store.delete(SESSIONS, id);
      endings.tell(id);
      neighbours.tell(ENDED, id);
    },
    /** Hears when somebody signs out of the session; returns the function that ends the listening. */
    onEnd: endings.add,
    /**
     * Puts a new token of the same person and tenant in the place of the session's, which then lives as long as that.
     * Throws `TokenRefused`; resolves to undefined where there is no such session.
     */
    async renew(secret: string, token: string): Promise<Person | undefined> {
      const id = hashed(secret);
      const revision = (await store.get(SESSIONS, id))?.revision;
      const before = await find(secret);
      if (before === undefined || revision === undefined) return undefined;
      const person = await personOf(token);
      if (person.userId !== before.person.userId || person.tenantId !== before.person.tenantId) {
        throw new TokenRefused('The token belongs to somebody else.');
      }
      const { kept, ttlMs } = keeping(secret, token, person);
      // Who signs out meanwhile stays signed out.
      if ((await store.put(SESSIONS, id, kept, { ttlMs, expect: revision })) === undefined) return undefined;
      renewals.tell(id, { id, token, person });
      return person;
    },
    /** Hears the session as it is after each renewal; returns the function that ends the listening. */
    onRenewal: renewals.add,
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
