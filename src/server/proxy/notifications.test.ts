import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import type { WebSocket } from 'ws';
import { startBeforeUpstream } from '../testing/before-upstream.ts';
import type { Browser } from '../testing/browser.ts';
import type { FakeUpstream } from '../testing/fake-upstream.ts';
import { untilMetric } from '../testing/metrics.ts';
import type { RpcClient } from '../testing/rpc-client.ts';
import type { ServerProcess } from '../testing/server-process.ts';
import { createEventParser, type ServerSentEvent } from './event-source.ts';

const MIB = 1024 * 1024;
const CONNECTED = { jsonrpc: '2.0', method: 'connected', params: { connectionId: 'conn_1', tenantId: 'ten_a' } };

describe('before a relay that does not know notifications.subscribe', () => {
  let upstream: FakeUpstream;
  let server: ServerProcess;
  let browser: Browser;
  let token: string;

  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ upstream, server, browser, token, stop } = await startBeforeUpstream());
  });
  afterAll(() => stop());
  beforeEach(() => upstream.streamWith(200));

  const join = async (capabilities?: string[]): Promise<{ client: RpcClient; relay: WebSocket; got: string[] }> => {
    const [client, relay] = await Promise.all([browser.relay(), upstream.nextSocket()]);
    const got: string[] = [];
    relay.on('message', (data) => got.push(data.toString()));
    const params = { ...CONNECTED.params, ...(capabilities === undefined ? {} : { capabilities }) };
    relay.send(JSON.stringify({ ...CONNECTED, params }));
    await client.next(({ method }) => method === 'connected');
    return { client, relay, got };
  };
  const opened = async (count: number) => {
    await expect.poll(() => upstream.streams.length, { timeout: 8_000 }).toBe(count);
    const call = upstream.calls.filter(({ url }) => url.endsWith('/v1/notifications/stream')).at(-1);
    const stream = upstream.streams.at(-1);
    if (call === undefined || stream === undefined) throw new Error('no stream');
    return { call, stream };
  };
  const event = (id: string, type: string, data: object) =>
    `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

  it('it is answered here, and the API’s stream comes as notifications', async () => {
    const { client, relay, got } = await join();
    const before = upstream.streams.length;
    const { subscriptionId } = await client.call('notifications.subscribe', { afterEventId: 'evt_7' });
    expect(subscriptionId).toMatch(/^sub_/);
    const { call, stream } = await opened(before + 1);
    expect(call).toMatchObject({
      method: 'GET',
      url: '/base/v1/notifications/stream',
      headers: { authorization: `Bearer ${token}`, 'x-tenant-id': 'ten_a', 'last-event-id': 'evt_7' },
    });
    expect(call.headers).not.toHaveProperty('cookie');
    stream.write(': hello\n\nevent: ping\ndata: {"type":"ping"}\n\n');
    stream.write(event('evt_8', 'incident.created', { incidentId: 'inc_1', title: 'Ü' }));
    relay.send('{"jsonrpc":"2.0","method":"pong"}');
    stream.write('data: no JSON\n\n');
    stream.write(event('evt_9', 'approval.resolved', { incidentId: 'inc_1' }));
    await client.next(({ method }) => method === 'approval.resolved');
    const frames = client.messages.filter(({ method }) => method !== 'connected' && method !== 'pong');
    expect(frames.slice(1)).toEqual([
      {
        jsonrpc: '2.0',
        method: 'incident.created',
        params: { incidentId: 'inc_1', title: 'Ü', eventId: 'evt_8' },
      },
      { jsonrpc: '2.0', method: 'approval.resolved', params: { incidentId: 'inc_1', eventId: 'evt_9' } },
    ]);
    expect(await client.call('notifications.subscribe')).toEqual({ subscriptionId });
    client.send('{"jsonrpc" : "2.0","id":1,"method":"ping"}');
    await expect.poll(() => got).toEqual(['{"jsonrpc" : "2.0","id":1,"method":"ping"}']);
    expect(upstream.streams).toHaveLength(before + 1);
    client.close();
    await expect.poll(() => stream.destroyed).toBe(true);
  });

  it('a stream that breaks off is opened again where it was', async () => {
    const { client } = await join([]);
    const before = upstream.streams.length;
    await client.call('notifications.subscribe');
    const first = await opened(before + 1);
    expect(first.call.headers).not.toHaveProperty('last-event-id');
    first.stream.write(event('evt_1', 'incident.created', { incidentId: 'inc_1' }));
    await client.next(({ method }) => method === 'incident.created');
    first.stream.destroy();
    const second = await opened(before + 2);
    expect(second.call.headers['last-event-id']).toBe('evt_1');
    // It repeats what it told before, and what has no id of its own is told each time.
    second.stream.write(event('evt_1', 'incident.created', { incidentId: 'inc_1' }));
    second.stream.write('data: {"type":"incident.created","incidentId":"inc_1","n":1}\n\n');
    second.stream.write('data: {"type":"incident.created","incidentId":"inc_1","n":2}\n\n');
    second.stream.write(event('evt_2', 'incident.status_changed', { incidentId: 'inc_1' }));
    await client.next(({ method }) => method === 'incident.status_changed');
    expect(
      client.messages.filter(({ method }) => method === 'incident.created').map(({ params }) => params?.n),
    ).toEqual([undefined, 1, 2]);
    client.close();
  });

  it('of a batch only what is ours is kept back', async () => {
    const { client, got } = await join();
    const ping = { jsonrpc: '2.0', id: 'a', method: 'ping' };
    client.send([ping, { jsonrpc: '2.0', id: 'b', method: 'notifications.subscribe' }]);
    expect(await client.next(({ id }) => id === 'b')).toMatchObject({ result: { subscriptionId: expect.any(String) } });
    await expect.poll(() => got.map((text) => JSON.parse(text))).toEqual([[ping]]);
    client.close();
  });

  it('what only speaks of it passes as it is', async () => {
    const { client, got } = await join();
    const texts = ['"notifications.subscribe"', '{"method":"x","params":{"a":"notifications.subscribe"}}'];
    for (const text of texts) client.send(text);
    await expect.poll(() => got).toEqual(texts);
    client.close();
  });

  it('an event that waits behind a large frame of the relay does not keep back its next ones', async () => {
    const { client, relay } = await join();
    const before = upstream.streams.length;
    await client.call('notifications.subscribe');
    const { stream } = await opened(before + 1);
    // More than the kernel's buffers hold, and than may wait: the relay is not read until the browser has it.
    const [frame, text] = ['x'.repeat(15 * MIB), 'x'.repeat(MIB)];
    const waiting = (bytes: number) =>
      untilMetric(server.address, 'causeflow_proxy_waiting_bytes', (value) => value >= bytes);
    client.socket.pause();
    relay.send(`"${frame}"`);
    await waiting(15 * MIB);
    stream.write(event('evt_1', 'incident.created', { incidentId: 'inc_1', text }));
    await waiting(16 * MIB);
    relay.send('"next"');
    client.socket.resume();
    await client.until(() => client.frames.includes('"next"'));
    expect(client.frames.slice(-3, -1).map(({ length }) => length > MIB)).toEqual([true, true]);
    client.close();
  });

  it('an API without such a stream is not asked again', async () => {
    upstream.streamWith(404);
    const { client } = await join();
    const asked = () => upstream.calls.filter(({ url }) => url.endsWith('/stream')).length;
    const before = asked();
    await client.call('notifications.subscribe');
    await expect.poll(asked).toBe(before + 1);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(asked()).toBe(before + 1);
    client.close();
  });

  it('a relay that names the capability gets the call itself', async () => {
    const { client, got } = await join(['notifications']);
    const before = upstream.streams.length;
    const text = '{"jsonrpc":"2.0","id":9,"method":"notifications.subscribe","params":{}}';
    client.send(text);
    await expect.poll(() => got).toEqual([text]);
    expect(upstream.streams).toHaveLength(before);
    client.close();
  });
});

test('server-sent events are read whatever their line ends are and wherever they are cut', () => {
  const text = '\r\ndata: a\r\ndata:b\r\nid: 1\r\n\r\n: note\nevent: x\ndata: c\n\nretry: 5\rdata\r\rid\ndata: d\n\n';
  const expected = [
    { id: '1', type: 'message', data: 'a\nb' },
    { id: '1', type: 'x', data: 'c' },
    { id: '1', type: 'message', data: '' },
    { id: '', type: 'message', data: 'd' },
  ];
  for (let size = 1; size <= text.length; size += 1) {
    const events: ServerSentEvent[] = [];
    const parse = createEventParser((event) => events.push(event));
    for (let from = 0; from < text.length; from += size) parse(text.slice(from, from + size));
    expect(events).toEqual(expected);
  }
});

test.each([
  ['one line without an end', 'x'.repeat(1_000)],
  ['lines of data without an end of the event', `data: ${'x'.repeat(1_000)}\n`],
  ['empty lines of data', 'data\n'],
])('an event of %s is given up before it fills the memory', (_, part) => {
  const parse = createEventParser(() => undefined);
  const told = (): void => {
    for (let sent = 0; sent < 32 * 1024 * 1024; sent += part.length * 100) parse(part.repeat(100));
  };
  expect(told).toThrow('too large');
});

test('an event with an id that is too long to be sent back is one without', () => {
  const events: ServerSentEvent[] = [];
  createEventParser((event) => events.push(event))(`id: evt_1\nid: ${'x'.repeat(20_000)}\ndata: a\n\n`);
  expect(events).toEqual([{ id: 'evt_1', type: 'message', data: 'a' }]);
});
