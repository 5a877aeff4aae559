import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { Role } from '../../protocol/values.ts';
import type { TicketAnswer } from '../relay/relay-client.ts';
import { ApiFailure, read, write } from './request.ts';
import { incidentTableOf } from './use-incident-table.ts';

export const sessionKey = ['session'] as const;

const SessionAnswer = z.object({
  mode: z.enum(['demo', 'token']),
  lab: z.boolean(),
  user: z
    .object({ userId: z.string(), email: z.string(), name: z.string(), roles: z.array(Role), tenantId: z.string() })
    .nullable(),
});

export type User = NonNullable<z.infer<typeof SessionAnswer>['user']>;
export type Session = { user: User; mode: 'demo' | 'token'; lab: boolean };

const useSessionAnswer = () =>
  useQuery({
    queryKey: sessionKey,
    queryFn: () => read('/auth/session', SessionAnswer),
    staleTime: 60_000,
    retry: (count, error) => count < 30 && error instanceof ApiFailure && (error.status === 0 || error.status >= 500),
    retryDelay: 1_000,
  });

/** undefined while it is not known, null when signed out. */
export const useSession = (): Session | null | undefined => {
  const { data } = useSessionAnswer();
  if (data === undefined) return undefined;
  return data.user === null ? null : { user: data.user, mode: data.mode, lab: data.lab };
};

export const useSignInMode = (): 'demo' | 'token' | undefined => useSessionAnswer().data?.mode;

/** Nothing of one person stays for the next. */
const forget = (queryClient: QueryClient): void => {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] });
  incidentTableOf(queryClient).reset();
};

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
