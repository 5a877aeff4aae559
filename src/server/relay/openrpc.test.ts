import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { incidentEvents, otherNotifications } from '../../protocol/down.ts';
import { calls, publications } from '../../protocol/up.ts';
import { admin, bearer } from '../testing/people.ts';
import { connect } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

const JsonSchema = z.looseObject({ $schema: z.undefined().optional() });
const Descriptor = z.strictObject({ name: z.string().min(1), required: z.boolean(), schema: JsonSchema });

/** OpenRPC 1.3.2 as far as the document uses it. */
const OpenRpc = z.looseObject({
  openrpc: z.string().regex(/^1\.\d+\.\d+$/),
  info: z.strictObject({ title: z.string(), version: z.string().min(1), description: z.string() }),
  methods: z.array(
    z.strictObject({
      name: z.string(),
      summary: z.string().min(1),
      paramStructure: z.literal('by-name'),
      params: z.array(Descriptor),
      result: z.strictObject({ name: z.string(), schema: JsonSchema }),
      errors: z.array(z.looseObject({})).optional(),
    }),
  ),
  components: z.strictObject({
    errors: z.record(z.string(), z.strictObject({ code: z.int(), message: z.string() })),
  }),
  'x-notifications': z.array(z.strictObject({ name: z.string(), params: z.array(Descriptor) })),
});

let server: ServerProcess;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const discover = async () => {
  const client = await connect(`${server.address}/v1/connect`, bearer(await admin()));
  const document = OpenRpc.parse(await client.call('rpc.discover'));
  client.close();
  return document;
};

test('rpc.discover answers an OpenRPC document that lists every method and every notification', async () => {
  const document = await discover();
  const names = document.methods.map(({ name }) => name);
  expect([...names].sort()).toEqual([...Object.keys(calls), ...Object.keys(publications)].sort());
  expect(new Set(names).size).toBe(names.length);
  const notifications = document['x-notifications'].map(({ name }) => name);
  expect(notifications.sort()).toEqual([...Object.keys(incidentEvents), ...Object.keys(otherNotifications)].sort());
});

test('the params of a method are those that it validates', async () => {
  const { methods } = await discover();
  const params = (name: string) => methods.find((method) => method.name === name)?.params ?? [];
  const required = (name: string) =>
    params(name)
      .filter((one) => one.required)
      .map((one) => one.name);
  expect(required('investigation.subscribe')).toEqual(['incidentId']);
  expect(params('investigation.subscribe').map(({ name }) => name)).toEqual(
    expect.arrayContaining(['incidentId', 'afterSeq', 'epoch', 'tail', 'batch']),
  );
  expect(required('investigation.progress').sort()).toEqual(['agentName', 'incidentId', 'message']);
  const unsubscribe = params('investigation.unsubscribe').map(({ name }) => name);
  expect(unsubscribe.sort()).toEqual(['incidentId', 'subscriptionId']);
});
