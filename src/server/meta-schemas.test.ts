import * as metaSchema from '@open-rpc/meta-schema';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { request } from './testing/api-client.ts';
import { type InProcess, startInProcess } from './testing/in-process.ts';
import { admin, bearer } from './testing/people.ts';
import { connect } from './testing/rpc-client.ts';

let app: InProcess;
beforeAll(async () => {
  app = await startInProcess();
});
afterAll(() => app.stop());

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Everything that stands under a key `schema`, wherever that is. */
const schemasIn = (value: unknown): readonly Record<string, unknown>[] =>
  isRecord(value)
    ? Object.entries(value).flatMap(([key, part]) => (key === 'schema' && isRecord(part) ? [part] : schemasIn(part)))
    : [];

const expectJsonSchemas = (document: unknown): void => {
  const ajv = new Ajv2020({ strict: false });
  const schemas = schemasIn(document);
  expect(schemas.length).toBeGreaterThan(30);
  for (const schema of schemas) {
    ajv.validateSchema(schema);
    expect(ajv.errors ?? []).toEqual([]);
  }
};

it('/openapi.json is OpenAPI 3.1 by its official schema, and its schemas are JSON Schema 2020-12', async () => {
  const { body } = await request(app.address, 'GET', '/openapi.json');
  const { valid, errors } = await new Validator().validate(structuredClone(body));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expectJsonSchemas(body);
  const broken = await new Validator().validate({ ...structuredClone(body), info: { title: 'no version' } });
  expect(broken.valid).toBe(false);
});

it('rpc.discover is OpenRPC by its official schema, and its schemas are JSON Schema 2020-12', async () => {
  const client = await connect(`${app.address}/v1/connect`, bearer(await admin()));
  const document = await client.call('rpc.discover');
  client.close();
  const ajv = new Ajv({ strict: false, validateFormats: false });
  // What the official schema calls a JSON Schema is a copy of draft 07 at this address.
  ajv.addSchema({ $id: 'https://meta.json-schema.tools', $ref: 'http://json-schema.org/draft-07/schema#' });
  ajv.addSchema({
    $id: 'https://meta.json-schema.tools/',
    definitions: { JSONSchemaObject: { properties: { $ref: { type: 'string' } } } },
  });
  const { openrpcDocument }: Record<string, unknown> = { ...metaSchema };
  if (!isRecord(openrpcDocument)) throw new Error('The official schema is not where it was.');
  const { $schema: _, ...schema } = openrpcDocument;
  const validate = ajv.compile(schema);
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  expectJsonSchemas(document);
  expect(validate({ ...(isRecord(document) ? document : {}), methods: [{ name: 'no params' }] })).toBe(false);
});
