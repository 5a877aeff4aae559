import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiOf, request } from '../testing/api-client.ts';
import { admin, bearer, secondAdmin } from '../testing/people.ts';
import { connect } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { range } from '../testing/shared.ts';

describe('what an operator asks', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('is answered without a sign-in: it lives, and it is ready', async () => {
    expect(await request(server.address, 'GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await request(server.address, 'GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
  });

  it('is told in numbers that name nobody', async () => {
    const token = await admin();
    const client = await connect(`${server.address}/v1/connect`, bearer(token));
    const incidentId = await apiOf(server.address, token).openIncident();
    const response = await fetch(`${server.address}/metrics`);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(text).toMatch(/^causeflow_relay_connections\{kind="person"\} 1$/m);
    expect(text).toMatch(/^causeflow_log_events_total [1-9]/m);
    expect(text).toMatch(/^process_cpu_user_seconds_total /m);
    for (const secret of [token, incidentId, 'ten_a', 'ana@a.example']) expect(text).not.toContain(secret);
    client.close();
  });
});

describe('a server that allows three requests a minute', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({ env: { REQUESTS_PER_MINUTE: '3' } });
  });
  afterAll(() => server.stop());

  it('counts them for each caller, says what is left, and refuses the fourth with when to come back', async () => {
    const ana = apiOf(server.address, await admin());
    const header = (answer: { headers: Headers }, name: string) => Number(answer.headers.get(name));
    for (const left of [2, 1, 0]) {
      const answer = await ana.get('/v1/incidents');
      expect(answer.status).toBe(200);
      expect(header(answer, 'x-ratelimit-limit')).toBe(3);
      expect(header(answer, 'x-ratelimit-remaining')).toBe(left);
      expect(header(answer, 'x-ratelimit-reset')).toBeGreaterThan(0);
    }
    const refused = await ana.get('/v1/relay/status');
    expect(refused).toMatchObject({
      status: 429,
      body: { error: 'rate_limit_exceeded', message: expect.any(String) },
    });
    expect(header(refused, 'x-ratelimit-remaining')).toBe(0);
    expect(header(refused, 'retry-after')).toBeGreaterThan(0);
    expect(header(refused, 'retry-after')).toBeLessThanOrEqual(60);
    expect((await apiOf(server.address, await secondAdmin()).get('/v1/incidents')).status).toBe(200);
  });

  it('knows who has no token by the address, and never refuses an operator', async () => {
    const answers = await Promise.all(range(5).map(() => request(server.address, 'GET', '/v1/incidents')));
    expect(answers.map(({ status }) => status).sort()).toEqual([401, 401, 401, 429, 429]);
    for (const _ of range(10)) expect((await request(server.address, 'GET', '/healthz')).status).toBe(200);
  });
});
