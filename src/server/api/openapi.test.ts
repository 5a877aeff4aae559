import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCESS_ROWS } from '../testing/access-rows.ts';
import { request } from '../testing/api-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import type { OpenApi } from './openapi.ts';

let server: ServerProcess;
let document: OpenApi;
beforeAll(async () => {
  server = await startServer();
  document = (await request(server.address, 'GET', '/openapi.json')).body as OpenApi;
});
afterAll(() => server.stop());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
const operation = (name: string) => operations().find((one) => one.name === name)?.operation;

test('the document has every call of the API and no other', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(
    operations()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(Object.keys(ACCESS_ROWS).sort());
});

test('every call has an id of its own, the parameters of its address, an answer and its refusals', () => {
  const ids = operations().map(({ operation: { operationId } }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation: call } of operations()) {
    const inPath = call.parameters.filter((one) => one.in === 'path').map(({ name }) => name);
    expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    const statuses = Object.keys(call.responses);
    expect(statuses.filter((status) => status.startsWith('2'))).toHaveLength(1);
    expect(statuses).toEqual(expect.arrayContaining(['400', '401', '429', '500', '503']));
  }
});

test('what a call takes and answers is what the schemas say', () => {
  expect(operation('POST /v1/incidents/chat')?.requestBody).toMatchObject({
    required: true,
    content: {
      'application/json': {
        schema: {
          required: ['title', 'description'],
          properties: { description: { type: 'string', minLength: 10, maxLength: 4000 } },
        },
      },
    },
  });
  const list = operation('GET /v1/incidents')?.parameters ?? [];
  expect(list.map(({ name }) => name)).toEqual(['severity', 'status', 'sort', 'order', 'limit', 'cursor']);
  expect(list.find(({ name }) => name === 'limit')).toMatchObject({
    required: false,
    schema: { minimum: 1, maximum: 100, default: 20 },
  });
  const approve = operation('POST /v1/remediation/{remediationId}/approve');
  expect(approve?.requestBody?.required).toBe(false);
  expect(approve?.responses['409']?.description).toContain('plan_changed');
  expect(approve?.responses['403']).toBeDefined();
  expect(approve?.parameters.map(({ name }) => name)).toContain('Idempotency-Key');
  expect(operation('GET /v1/notifications/stream')?.responses['200']?.content).toHaveProperty(['text/event-stream']);
});

test('a person can read it, without a script and within the content security policy', async () => {
  const response = await fetch(`${server.address}/docs`);
  const html = await response.text();
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(response.headers.get('content-security-policy')).toContain("style-src 'self'");
  for (const { path } of operations()) expect(html).toContain(path);
  expect(html).not.toMatch(/<script|<style|\sstyle=|\son\w+=/);
  const style = await fetch(`${server.address}/docs/style.css`);
  expect(style.headers.get('content-type')).toContain('text/css');
  expect(style.status).toBe(200);
});
