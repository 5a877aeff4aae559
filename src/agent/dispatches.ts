import type { z } from 'zod';
import { InvestigationDispatched } from '../protocol/incident.ts';
import type { RpcParams } from '../protocol/json-rpc.ts';
import { ConnectionEnded, RelayRefused } from './errors.ts';
import { isTemporary } from './rpc-error.ts';
import type { Session } from './session.ts';

export type Dispatch = z.infer<typeof InvestigationDispatched>;
export type DispatchOptions = { roles?: readonly string[] };

type Listener = (dispatch: Dispatch) => void;

const RETRY_MS = 1_000;
/** Far more than can be pending at once; old ones are forgotten so that a long-lived agent doesn't grow. */
const REMEMBERED = 10_000;

/** New investigations to take up. The relay sends pending ones again after a reconnect; the listener hears each once. */
export const createDispatches = () => {
  const seen = new Set<string>();
  const listeners = new Set<Listener>();
  const roles = new Set<string>();
  let everyRole = false;
  let session: Session | undefined;
  let retry: NodeJS.Timeout | undefined;
  let waiters: { resolve: () => void; reject: (error: Error) => void }[] = [];

  const settle = (how: (waiter: (typeof waiters)[number]) => void): void => {
    const waiting = waiters;
    waiters = [];
    waiting.forEach(how);
  };

  const subscribe = async (): Promise<void> => {
    clearTimeout(retry);
    const mine = session;
    if (mine === undefined || listeners.size === 0) return;
    const answer = await mine.call('dispatch.subscribe', everyRole ? {} : { roles: [...roles] });
    if (answer.kind === 'lost' || mine !== session) return;
    if (answer.kind === 'result') return settle(({ resolve }) => resolve());
    const { error } = answer;
    if (isTemporary(error)) retry = setTimeout(() => void subscribe(), error.retryAfterMs ?? RETRY_MS);
    else settle(({ reject }) => reject(new RelayRefused(error.code, error.message, error.data)));
  };

  const isNew = (id: string): boolean => {
    if (seen.has(id)) return false;
    seen.add(id);
    for (const oldest of seen) {
      if (seen.size <= REMEMBERED) break;
      seen.delete(oldest);
    }
    return true;
  };

  return {
    onDispatch(listener: Listener, options: DispatchOptions): Promise<void> {
      listeners.add(listener);
      if (options.roles === undefined) everyRole = true;
      for (const role of options.roles ?? []) roles.add(role);
      return new Promise((resolve, reject) => {
        waiters.push({ resolve, reject });
        void subscribe();
      });
    },
    receive(method: string, params: RpcParams): void {
      if (method !== 'investigation.dispatched') return;
      const read = InvestigationDispatched.safeParse(params);
      // A second dispatch on purpose (a re-investigation) is a new event; a repeated one has the id it had.
      if (!read.success || !isNew(read.data.eventId ?? read.data.incidentId)) return;
      for (const listener of listeners) listener(read.data);
    },
    attach(next: Session): void {
      session = next;
      void subscribe();
    },
    detach(): void {
      session = undefined;
      clearTimeout(retry);
    },
    fail: (reason: string) => settle(({ reject }) => reject(new ConnectionEnded(reason))),
  };
};
