import { PresenceFocusParams } from '../../protocol/connection.ts';
import { RpcCode } from '../../protocol/errors.ts';
import type { RpcParams } from '../../protocol/json-rpc.ts';
import { type CallMethod, calls, type PublicationMethod, publications } from '../../protocol/up.ts';
import type { Principal } from '../auth/principal.ts';
import { TokenRefused, type Tokens } from '../auth/tokens.ts';
import type { Batch } from '../incidents/batch.ts';
import type { Publisher } from '../incidents/publisher.ts';
import type { Records } from '../incidents/records.ts';
import { forbidden, incidentNotFound, invalidParams, type Outcome, ok, refused } from './outcome.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { TenantFeeds } from './tenant-feeds.ts';

export type MethodContext = {
  principal: Principal;
  records: Records;
  publisher: Publisher;
  tokens: Tokens;
  subscriptions: Subscriptions;
  tenantFeeds: TenantFeeds;
  /** What any node has acknowledged is known here once it resolves. */
  caughtUp: () => Promise<void>;
  /** The person has this plan open, or none; false where they don't watch the incident. */
  focus(incidentId: string, remediationId: string | null): boolean;
  openRpc: () => unknown;
  /** 0, or after how many milliseconds the key may publish again what comes next in the batch. */
  mayPublishInMs(keyId: string, batch: Batch): number;
  /** 0, or after how many milliseconds this connection may call again. */
  mayCallInMs(): number;
  /** The connection lives until this new time, epoch milliseconds. */
  extend(expiresAt: number): void;
};

const isCall = (method: string): method is CallMethod => Object.hasOwn(calls, method);
const isPublication = (method: string): method is PublicationMethod => Object.hasOwn(publications, method);

const subscribe = async (
  context: MethodContext,
  kind: 'investigation' | 'remediation',
  params: RpcParams,
): Promise<Outcome> => {
  const parsed = calls['investigation.subscribe'].safeParse(params);
  if (!parsed.success) return invalidParams(parsed.error.issues);
  // Who comes from another node may have seen more than this one has.
  await context.caughtUp();
  const known = context.records.incident(context.principal.tenantId, parsed.data.incidentId);
  return known === undefined ? incidentNotFound() : context.subscriptions.subscribe(kind, parsed.data);
};

const refresh = async (context: MethodContext, token: string): Promise<Outcome> => {
  const { principal } = context;
  if (principal.kind !== 'person') return forbidden('A key does not expire.');
  const person = await context.tokens.verify(token).catch((error: unknown) => {
    if (error instanceof TokenRefused) return undefined;
    throw error;
  });
  if (person === undefined || person.userId !== principal.userId || person.tenantId !== principal.tenantId) {
    return forbidden('The token is not a valid one of the same person and tenant.');
  }
  context.extend(person.expiresAt);
  return ok({ expiresAt: new Date(person.expiresAt).toISOString() });
};

const publish = async (
  context: MethodContext,
  method: PublicationMethod,
  params: RpcParams,
  batch: Batch,
): Promise<Outcome> => {
  if (context.principal.kind !== 'agent') return forbidden('Only an agent key may publish.');
  const retryAfterMs = context.mayPublishInMs(context.principal.keyId, batch);
  if (retryAfterMs > 0) {
    return refused(RpcCode.limitReached, 'This key publishes too fast.', { error: 'publish_rate', retryAfterMs });
  }
  const published = await context.publisher.publish(context.principal, method, params, batch);
  if (published.ok) {
    const { eventId, seq, incidentId } = published;
    return ok({ eventId, seq, incidentId });
  }
  switch (published.code) {
    case 'invalid_params':
      return invalidParams(published.issues);
    case 'incident_not_found':
      return incidentNotFound();
    case 'forbidden':
      return forbidden(published.reason);
    case 'invalid_status':
      return refused(RpcCode.invalidParams, published.reason, { error: 'invalid_status' });
  }
};

const call = async (context: MethodContext, method: CallMethod, params: RpcParams): Promise<Outcome> => {
  if (method === 'investigation.subscribe') return subscribe(context, 'investigation', params);
  if (method === 'remediation.subscribe') return subscribe(context, 'remediation', params);
  const parsed = calls[method].safeParse(params);
  if (!parsed.success) return invalidParams(parsed.error.issues);
  switch (method) {
    case 'rpc.discover':
      return ok(context.openRpc());
    case 'ping':
      return ok({ pong: true });
    case 'investigation.unsubscribe':
      return context.subscriptions.unsubscribe(parsed.data);
    case 'remediation.unsubscribe':
      return context.subscriptions.unsubscribe(parsed.data, 'remediation');
    case 'auth.refresh':
      return refresh(context, String(params.token));
    case 'notifications.subscribe': {
      const { afterEventId } = params;
      const start = (): void =>
        context.tenantFeeds.startNotifications(typeof afterEventId === 'string' ? afterEventId : undefined);
      return { kind: 'stream', result: { subscriptionId: context.tenantFeeds.notificationsId }, start };
    }
    case 'presence.focus': {
      const { incidentId, remediationId } = PresenceFocusParams.parse(params);
      return context.focus(incidentId, remediationId)
        ? ok({ incidentId, remediationId })
        : refused(RpcCode.subscriptionNotFound, 'Subscribe to the incident first.', {
            error: 'subscription_not_found',
          });
    }
    case 'dispatch.subscribe':
      if (context.principal.kind !== 'agent') return forbidden('Only an agent key may take up investigations.');
      return {
        kind: 'stream',
        result: { subscriptionId: context.tenantFeeds.dispatchId },
        start: context.tenantFeeds.startDispatch,
      };
  }
};

/** Answers one request or notification, which came in the batch or alone; never throws for what a client sent. */
export const handle = (
  context: MethodContext,
  method: string,
  params: RpcParams | 'positional' | 'malformed',
  batch: Batch,
): Promise<Outcome> => {
  // What a key publishes has a rate of its own.
  const retryAfterMs = isPublication(method) && context.principal.kind === 'agent' ? 0 : context.mayCallInMs();
  if (retryAfterMs > 0) {
    const data = { error: 'call_rate', retryAfterMs };
    return Promise.resolve(refused(RpcCode.limitReached, 'This connection calls too often.', data));
  }
  if (params === 'malformed') {
    return Promise.resolve(refused(RpcCode.invalidRequest, '"params" must be an object'));
  }
  if (!isCall(method) && !isPublication(method)) {
    return Promise.resolve(refused(RpcCode.methodNotFound, 'There is no such method.'));
  }
  if (params === 'positional') {
    return Promise.resolve(
      refused(RpcCode.invalidParams, 'Params are given by name.', {
        issues: [{ path: '', message: 'must be an object' }],
      }),
    );
  }
  if (!isCall(method)) return publish(context, method, params, batch);
  return call(context, method, params);
};
