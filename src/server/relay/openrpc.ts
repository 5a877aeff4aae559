import { z } from 'zod';
import { PresenceFocusParams, SubscribeResult } from '../../protocol/connection.ts';
import { incidentEvents, otherNotifications } from '../../protocol/down.ts';
import { RpcCode } from '../../protocol/errors.ts';
import { Id } from '../../protocol/ids.ts';
import { calls, publications } from '../../protocol/up.ts';

const Stored = z.looseObject({ eventId: Id, seq: z.int().positive(), incidentId: Id });
const Subscription = z.looseObject({ subscriptionId: Id });

const SUMMARIES: Readonly<Record<keyof typeof calls, string>> = {
  ping: 'Says that the client is there; every 30 s.',
  'investigation.subscribe': 'Every event of an incident, from a position on or live.',
  'investigation.unsubscribe': 'Ends a subscription.',
  'remediation.subscribe': 'The events of the plans of an incident.',
  'remediation.unsubscribe': 'Ends a subscription to plans.',
  'notifications.subscribe': 'What concerns the whole tenant.',
  'presence.focus': 'Tells who else watches that this person has a plan open.',
  'dispatch.subscribe': 'New investigations to take up; for agents.',
  'auth.refresh': 'A fresh token for the connection, before the old one expires.',
  'rpc.discover': 'This document.',
};

const RESULTS: Readonly<Record<keyof typeof calls, z.ZodType>> = {
  ping: z.looseObject({ pong: z.literal(true) }),
  'investigation.subscribe': SubscribeResult,
  'investigation.unsubscribe': z.looseObject({ subscriptionId: Id, incidentId: Id }),
  'remediation.subscribe': SubscribeResult,
  'remediation.unsubscribe': z.looseObject({ subscriptionId: Id, incidentId: Id }),
  'notifications.subscribe': Subscription,
  'presence.focus': PresenceFocusParams,
  'dispatch.subscribe': Subscription,
  'auth.refresh': z.looseObject({ expiresAt: z.string() }),
  'rpc.discover': z.looseObject({}),
};

const jsonSchema = (schema: z.ZodType): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  return rest;
};

type ObjectSchema = { properties?: Record<string, unknown>; required?: readonly string[] };

/** By-name params as OpenRPC lists them, one descriptor a field; required is what every alternative requires. */
const descriptors = (schema: z.ZodType) => {
  const made = jsonSchema(schema) as ObjectSchema & { anyOf?: readonly ObjectSchema[] };
  const alternatives = made.anyOf ?? [made];
  const fields = Object.assign({}, ...alternatives.map(({ properties }) => properties)) as Record<string, unknown>;
  return Object.entries(fields).map(([name, field]) => ({
    name,
    required: alternatives.every(({ required }) => required?.includes(name) === true),
    schema: field,
  }));
};

const method = (name: string, summary: string, params: z.ZodType, result: z.ZodType) => ({
  name,
  summary,
  paramStructure: 'by-name',
  params: descriptors(params),
  result: { name: 'result', schema: jsonSchema(result) },
});

/** The OpenRPC document of the relay, made from the schemas that validate what comes in. */
export const openRpcDocument = (version: string) => ({
  openrpc: '1.3.2',
  info: { title: 'CauseFlow Live relay', version, description: 'JSON-RPC 2.0 over WebSocket at /v1/connect.' },
  methods: [
    ...Object.entries(calls).map(([name, params]) =>
      method(name, SUMMARIES[name as keyof typeof calls], params, RESULTS[name as keyof typeof calls]),
    ),
    ...Object.entries(publications).map(([name, params]) =>
      method(name, 'Publishes this event; for agents. Answered once it is durable.', params, Stored),
    ),
  ],
  'x-notifications': Object.entries({ ...incidentEvents, ...otherNotifications }).map(([name, params]) => ({
    name,
    params: descriptors(params),
  })),
  components: {
    errors: Object.fromEntries(Object.entries(RpcCode).map(([name, code]) => [name, { code, message: name }])),
  },
});
