import { type ClientRequest, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../testing/api-client.ts';
import { admin, bearer, member, stranger } from '../testing/people.ts';
import { recordWith } from '../testing/sealed-record.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

const TYPE = { 'content-type': 'application/x-ndjson' };
const looking = ['investigation.progress', { agentName: 'Probe', message: 'Looking' }] as const;
const record = (incidentId: string) => recordWith(incidentId, [looking, looking]);

describe('an import', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const send = async (token: string, text: string, headers: Record<string, string> = {}) =>
    request(server.address, 'POST', '/v1/incidents/import', { token, headers: { ...TYPE, ...headers }, text });
  /** What is no record is answered 400 as soon as it is its turn. */
  const ask = async () => send(await member(), '\n');

  /** Sends the first half of a record; resolves once the server has taken it up. */
  const begin = async (text: string, headers: Record<string, string> = {}) => {
    const half = Math.floor(text.length / 2);
    const sending: ClientRequest = httpRequest(`${server.address}/v1/incidents/import`, {
      method: 'POST',
      headers: { ...bearer(await admin()), ...TYPE, ...headers },
      agent: false,
    });
    const status = new Promise<number | null>((resolve) => {
      sending.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      sending.on('error', () => resolve(null));
    });
    sending.write(text.slice(0, half));
    await expect.poll(async () => (await ask()).status).toBe(429);
    return {
      /** Sends the rest; resolves to the status of the answer. */
      end: () => {
        sending.end(text.slice(half));
        return status;
      },
      goAway: () => {
        sending.destroy();
        return status;
      },
    };
  };

  it('waits for no other of its tenant: it is told when to come back', async () => {
    const first = await begin(record('inc_first'));
    const second = await send(await member(), record('inc_second'));
    expect(second).toMatchObject({ status: 429, body: { error: 'rate_limit_exceeded' } });
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(second.headers.get('x-ratelimit-limit')).not.toBeNull();
    expect(await send(await stranger(), record('inc_theirs'))).toMatchObject({ status: 201 });
    expect(await first.end()).toBe(201);
    await expect.poll(async () => (await send(await member(), record('inc_second'))).status).toBe(201);
  });

  it('gives its turn to the next where whoever sent it went away', async () => {
    const first = await begin(record('inc_left'));
    expect(await first.goAway()).toBeNull();
    await expect.poll(async () => (await ask()).status).toBe(400);
    const token = await member();
    const { status } = await request(server.address, 'GET', '/v1/incidents/inc_left', { token });
    expect(status).toBe(404);
  });

  it('that repeats the one under way waits for its answer', async () => {
    const key = { 'idempotency-key': 'the-same' };
    const text = record('inc_repeated');
    const first = await begin(text, key);
    const repeated = send(await admin(), text, key);
    expect((await send(await admin(), text, { 'idempotency-key': 'another' })).status).toBe(429);
    expect(await first.end()).toBe(201);
    const { status, headers, body } = await repeated;
    expect({ status, body }).toMatchObject({ status: 201, body: { incidentId: 'inc_repeated' } });
    expect(headers.get('idempotent-replayed')).toBe('true');
  });

  it('needs a person before anything of it is read', async () => {
    const sending = httpRequest(`${server.address}/v1/incidents/import`, {
      method: 'POST',
      headers: { ...TYPE, 'content-length': 10_000_000 },
      agent: false,
    });
    sending.on('error', () => undefined);
    sending.write('{');
    const status = await new Promise((resolve) => {
      sending.on('response', (response) => resolve(response.statusCode));
    });
    expect(status).toBe(401);
    sending.destroy();
  });
});
