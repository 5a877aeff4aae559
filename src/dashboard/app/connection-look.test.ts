import { describe, expect, it } from 'vitest';
import type { Connection } from '../relay/connection.ts';
import { connectionLook, connectionTrouble } from './connection-look.ts';

const all: [string, Connection][] = [
  ['Connecting', { state: 'connecting' }],
  ['Live', { state: 'live', since: 0, latencyMs: 3, heardAt: null, resumes: 0, lost: 0 }],
  ['Catching up', { state: 'catching-up', behind: 1_204 }],
  ['Reconnecting', { state: 'reconnecting', attempt: 1, retryAt: 0, reason: 'it was lost.', since: 10_000 }],
  ['Offline', { state: 'offline', since: 10_000 }],
  ['Offline', { state: 'stopped', reason: 'forbidden' }],
  ['Signed out', { state: 'signed-out' }],
];

describe('the connection', () => {
  it.each(all)('starts its text with %s', (word, connection) => {
    expect(connectionLook(connection).text.startsWith(word)).toBe(true);
  });

  it('says how far behind it is', () => {
    expect(connectionLook({ state: 'catching-up', behind: 1_204 }).text).toBe('Catching up 1,204');
  });

  it('stays quiet for eight seconds of reconnecting, then says so with the reason', () => {
    const lost: Connection = { state: 'reconnecting', attempt: 3, retryAt: 0, reason: 'it was lost.', since: 10_000 };
    expect(connectionTrouble(lost, 17_999)).toBeNull();
    expect(connectionTrouble(lost, 18_000)).toEqual({ what: 'Not connected: it was lost', since: 10_000 });
  });

  it('says what to do where the relay refuses a sign-in that the server knows', () => {
    expect(connectionTrouble({ state: 'signed-out' }, 0)?.what).toMatch(/sign in again/);
  });

  it('says at once that the server does not want it back', () => {
    expect(connectionTrouble({ state: 'stopped', reason: 'forbidden' }, 0)).toEqual({
      what: 'The server ended the connection: forbidden',
      since: null,
    });
  });
});
