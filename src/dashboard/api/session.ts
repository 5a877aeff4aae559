import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { Role } from '../../protocol/values.ts';
import type { TicketAnswer } from '../relay/relay-client.ts';
import { ApiFailure, isTransient, read, write } from './request.ts';
import { incidentTableOf } from './use-incident-table.ts';

export const sessionKey = ['session'] as const;

const SessionAnswer = z.object({
  mode: z.enum(['demo', 'token']),
  lab: z.boolean(),
  user: z
    .object({ userId: z.string(), email: z.string(), name: z.string(), roles: z.array(Role), tenantId: z.string() })
    .nullable(),
  expiresInMs: z.number().nullish(),
});

const identityOf = ({ user }: z.infer<typeof SessionAnswer>): string | null =>
  user === null ? null : JSON.stringify([user.tenantId, user.userId]);

export type User = NonNullable<z.infer<typeof SessionAnswer>['user']>;
/** `askedAt` and `endsAt` by this machine's clock, epoch milliseconds; null where the server does not say. */
export type Session = { user: User; mode: 'demo' | 'token'; lab: boolean; askedAt: number; endsAt: number | null };

/** Nothing of one person stays for the next. */
const forget = (queryClient: QueryClient): void => {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] });
  incidentTableOf(queryClient).reset();
};

const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: async ({ client }) => {
    const before = client.getQueryData<z.infer<typeof SessionAnswer>>(sessionKey);
    const answer = await read('/auth/session', SessionAnswer);
    // Another tab has signed somebody else in.
    if (before !== undefined && identityOf(before) !== identityOf(answer)) forget(client);
    return answer;
  },
  staleTime: 60_000,
  // Without an answer there is nothing to show: it is asked for until there is one.
  retry: (_, error) => isTransient(error),
  retryDelay: (count) => Math.min(1_000 * 1.5 ** count, 10_000),
});

/** Asks who this is, before anything is drawn. */
export const askForSession = (queryClient: QueryClient): void => void queryClient.prefetchQuery(sessionQuery);

const useSessionAnswer = () => useQuery(sessionQuery);

/** undefined while it is not known, null when signed out. */
export const useSession = (): Session | null | undefined => {
  const { data, dataUpdatedAt } = useSessionAnswer();
  if (data === undefined) return undefined;
  const { user, mode, lab, expiresInMs } = data;
  if (user === null) return null;
  return { user, mode, lab, askedAt: dataUpdatedAt, endsAt: expiresInMs == null ? null : dataUpdatedAt + expiresInMs };
};

/** What keeps it from being known, other than a server that does not answer; null where nothing does. */
export const useSessionFailure = (): { message: string; retry: () => void } | null => {
  const { data, error, refetch } = useSessionAnswer();
  return data === undefined && error !== null ? { message: error.message, retry: () => void refetch() } : null;
};

export const useSignInMode = (): 'demo' | 'token' | undefined => useSessionAnswer().data?.mode;

export const useSignIn = () => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (how: { role: Role } | { token: string }) =>
      write('POST', 'role' in how ? '/auth/demo' : '/auth/token', how),
    onSuccess: () => {
      forget(queryClient);
      return queryClient.invalidateQueries({ queryKey: sessionKey });
    },
  });
};

/** A new token for the session, which goes on with its open connection; the demo's server makes one by itself. */
export const useRenewal = () => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (token: string | null) => write('POST', '/auth/renew', token === null ? {} : { token }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionKey }),
  });
};

/** For the socket, whose token has just expired; where people bring their tokens the server refuses, and that is that. */
export const renewToken = async (): Promise<void> => {
  await write('POST', '/auth/renew').catch(() => undefined);
};

export const useSignOut = () => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => write('POST', '/auth/sign-out'),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: sessionKey });
      forget(queryClient);
    },
  });
};

const TicketBody = z.object({ ticket: z.string() });

/** A one-time ticket, as the address that it opens. */
export const requestRelayAddress = async (): Promise<TicketAnswer> => {
  try {
    const { ticket } = TicketBody.parse(await write('POST', '/auth/ticket'));
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    return { ok: true, address: `${scheme}://${location.host}/relay?token=${encodeURIComponent(ticket)}` };
  } catch (error) {
    const signedOut = error instanceof ApiFailure && (error.status === 401 || error.status === 403);
    return { ok: false, signedOut, reason: error instanceof Error ? error.message : 'no ticket' };
  }
};
