import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, apiOf, request } from '../testing/api-client.ts';
import { admin, secondAdmin, stranger } from '../testing/people.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { range } from '../testing/shared.ts';

describe('a change with an Idempotency-Key', () => {
  let server: ServerProcess;
  let token: string;
  let keys = 0;

  beforeAll(async () => {
    server = await startServer();
    token = await admin();
  });
  afterAll(() => server.stop());

  const newKey = (): string => {
    keys += 1;
    return `key-${keys}`;
  };
  const opening = { title: 'Once', description: 'This is opened once.' };
  const open = (key: string, body: unknown = opening, by = token): Promise<Answer> =>
    request(server.address, 'POST', '/v1/incidents/chat', { token: by, headers: { 'idempotency-key': key }, body });
  const count = async () => (await apiOf(server.address, token).get('/v1/incidents')).body.count;

  it('has one effect and one answer, however often it is sent', async () => {
    const key = newKey();
    const before = Number(await count());
    const first = await open(key);
    expect(first).toMatchObject({ status: 201, body: { title: 'Once' } });
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    for (const _ of range(3)) {
      const again = await open(key);
      expect(again).toMatchObject({ status: 201, body: first.body });
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.headers.get('content-type')).toContain('application/json');
    }
    expect(await count()).toBe(before + 1);
    expect((await open(newKey())).body.incidentId).not.toBe(first.body.incidentId);
  });

  it('has one effect when it is sent many times at once', async () => {
    const key = newKey();
    const before = Number(await count());
    const answers = await Promise.all(range(10).map(() => open(key)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.incidentId}`)).size).toBe(1);
    expect(await count()).toBe(before + 1);
  });

  it('keeps its answer over a crash', async () => {
    const key = newKey();
    const { body } = await open(key);
    await server.kill('SIGKILL');
    await server.restart();
    expect(await open(key)).toMatchObject({ status: 201, body });
  });

  it('is refused with another body', async () => {
    const key = newKey();
    const { body } = await open(key);
    expect(await open(key, { ...opening, title: 'Twice' })).toMatchObject({
      status: 422,
      body: { error: 'idempotency_key_reused', message: expect.any(String) },
    });
    expect(await open(key)).toMatchObject({ status: 201, body });
  });

  it('is somebody’s own: another person, another tenant and another call have their own keys', async () => {
    const key = newKey();
    const own = await open(key);
    for (const other of [await secondAdmin(), await stranger()]) {
      const answer = await open(key, opening, other);
      expect(answer.status).toBe(201);
      expect(answer.body.incidentId).not.toBe(own.body.incidentId);
    }
    const { incidentId } = own.body;
    const patched = await request(server.address, 'PATCH', `/v1/incidents/${incidentId}`, {
      token,
      headers: { 'idempotency-key': key },
      body: { status: 'closed' },
    });
    expect(patched).toMatchObject({ status: 200, body: { status: 'closed' } });
  });

  it('repeats a refusal too: what was a conflict then is answered as one again', async () => {
    const api = apiOf(server.address, token);
    const incidentId = await api.openIncident();
    const headers = { 'idempotency-key': newKey() };
    const abort = () => request(server.address, 'DELETE', `/v1/investigation/${incidentId}`, { token, headers });
    expect((await abort()).status).toBe(409);
    await api.post(`/v1/investigation/${incidentId}`);
    expect(await abort()).toMatchObject({ status: 409, body: { error: 'no_active_investigation' } });
    expect((await api.delete(`/v1/investigation/${incidentId}`)).status).toBe(200);
  });

  it('needs a key of a sensible length, and a caller', async () => {
    expect(await open('x'.repeat(256))).toMatchObject({ status: 400, body: { error: 'validation_error' } });
    expect((await open('x'.repeat(255))).status).toBe(201);
    expect((await open(newKey(), opening, 'nobody')).status).toBe(401);
  });

  it('is nothing to a call that changes nothing', async () => {
    const headers = { 'idempotency-key': newKey() };
    const list = () => request(server.address, 'GET', '/v1/incidents', { token, headers });
    const before = Number((await list()).body.count);
    await open(newKey());
    expect((await list()).body.count).toBe(before + 1);
  });
});
