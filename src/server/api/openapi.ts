import { z } from 'zod';
import type { ApiErrorCode } from '../../protocol/errors.ts';
import type { Described } from './route.ts';

type Json = Record<string, unknown>;

export type Parameter = { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: unknown };
export type Content = Record<string, { schema: unknown }>;
export type Operation = {
  operationId: string;
  summary: string;
  description: string;
  parameters: readonly Parameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { description: string; content: Content }>;
};
export type OpenApi = {
  openapi: string;
  info: { title: string; version: string; description: string };
  servers: readonly { url: string }[];
  security: readonly Json[];
  paths: Record<string, Record<string, Operation>>;
  components: Json;
};

const ACCESS = {
  anybody: 'For everybody of the tenant.',
  person: 'For people; an agent key may not.',
  admin: 'For admins.',
} as const;

/** What every call may answer. */
const ALWAYS: readonly ApiErrorCode[] = [
  'validation_error',
  'unauthorized',
  'rate_limit_exceeded',
  'internal_error',
  'service_unavailable',
];

const STATUSES: Readonly<Partial<Record<ApiErrorCode, number>>> = {
  validation_error: 400,
  unauthorized: 401,
  forbidden: 403,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  rate_limit_exceeded: 429,
  internal_error: 500,
  service_unavailable: 503,
};

const statusOf = (code: ApiErrorCode): number => STATUSES[code] ?? (code.endsWith('_not_found') ? 404 : 409);

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { unrepresentable: 'any', io });
  return rest;
};

const parametersOf = (schema: z.ZodType, where: 'path' | 'query'): Parameter[] => {
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Json;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, field]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: field,
  }));
};

const contentOf = (types: readonly string[] | undefined, schema: unknown): Content =>
  Object.fromEntries((types ?? ['application/json']).map((type) => [type, { schema }]));

const ERROR_CONTENT: Content = contentOf(undefined, { $ref: '#/components/schemas/Error' });

const isChange = ({ method }: Described): boolean => method !== 'GET';

const responsesOf = (call: Described): Operation['responses'] => {
  const codes = [
    ...ALWAYS,
    ...call.errors,
    ...(call.access === 'anybody' ? [] : (['forbidden'] as const)),
    ...(isChange(call) ? (['idempotency_key_reused'] as const) : []),
  ];
  const failures = new Map<number, string[]>();
  for (const code of codes) failures.set(statusOf(code), [...(failures.get(statusOf(code)) ?? []), code]);
  return {
    [call.status]: { description: 'Done.', content: contentOf(call.produces, schemaOf(call.answer, 'output')) },
    ...Object.fromEntries(
      [...failures].map(([status, all]) => [status, { description: all.join(', '), content: ERROR_CONTENT }]),
    ),
  };
};

const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const pathOf = ({ path }: Described): string => path.replace(/:(\w+)/g, '{$1}');

/** `get /v1/incidents/{incidentId}` becomes `getIncidentsIncidentId`. */
const operationIdOf = (call: Described): string =>
  call.method.toLowerCase() +
  [...pathOf(call).slice('/v1'.length).matchAll(/\w+/g)]
    .map(([word]) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');

const operationOf = (call: Described): Operation => ({
  operationId: operationIdOf(call),
  summary: call.summary,
  description: ACCESS[call.access],
  parameters: [
    ...parametersOf(call.params, 'path'),
    ...parametersOf(call.query, 'query'),
    ...(isChange(call) ? [IDEMPOTENCY_KEY] : []),
  ],
  ...(call.body === null
    ? {}
    : {
        requestBody: {
          required: !call.body.safeParse({}).success,
          content: contentOf(call.consumes, schemaOf(call.body, 'input')),
        },
      }),
  responses: responsesOf(call),
});

/** The OpenAPI 3.1 document of the API, made from the schemas that validate what comes in. */
export const openApiDocument = (version: string, calls: readonly Described[]): OpenApi => {
  const paths: OpenApi['paths'] = {};
  for (const call of calls) {
    paths[pathOf(call)] = { ...paths[pathOf(call)], [call.method.toLowerCase()]: operationOf(call) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'CauseFlow Live API',
      version,
      description: 'Incidents, their investigations and the plans that fix them. Events come over the relay.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: {
        Error: {
          type: 'object',
          properties: { error: { type: 'string' }, message: { type: 'string' } },
          required: ['error', 'message'],
        },
      },
    },
  };
};
