import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

/** A text frame as a client sends it: masked, and with any bytes for a text. */
const rawFrame = (payload: Buffer, head: number): Buffer => {
  const mask = randomBytes(4);
  const masked = Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return Buffer.concat([Buffer.from([head, 0x80 | payload.length]), mask, masked]);
};

const pingOf = (bytes: number): string => {
  const shell = JSON.stringify({ jsonrpc: '2.0', id: 'big', method: 'ping', params: { pad: '' } });
  return shell.replace('"pad":""', `"pad":"${'x'.repeat(bytes - shell.length)}"`);
};

describe('a frame that may not be', () => {
  let server: ServerProcess;
  let bystander: RpcClient;
  const clients: RpcClient[] = [];

  const open = async (headers: Record<string, string>): Promise<RpcClient> => {
    const client = await connect(`${server.address}/v1/connect`, headers);
    clients.push(client);
    return client;
  };
  const person = async () => open(bearer(await admin()));
  const agent = () => open(withKey(AGENT_KEY));

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    bystander = await person();
  });
  afterEach(async () => {
    // Whatever one client did, the others live on.
    expect(await bystander.call('ping')).toEqual({ pong: true });
    for (const client of clients.splice(0)) client.close();
  });

  it('closes with 1003 when it is binary', async () => {
    const client = await person();
    client.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}'));
    expect((await client.closed).code).toBe(1003);
    expect(client.messages.some(({ id }) => id === 1)).toBe(false);
  });

  it('closes with 1007 when it is no UTF-8', async () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
    ]) {
      const client = await person();
      client.socket.write(rawFrame(Buffer.from(bytes), 0x81));
      expect((await client.closed).code).toBe(1007);
    }
  });

  it.each([
    ['a person', 64 * 1024, person],
    ['a key', 1024 * 1024, agent],
  ])('closes with 1009 when it is larger than %s may send, and is taken up to that', async (_, most, join) => {
    const client = await join();
    client.send(pingOf(most));
    expect(await client.next(({ id }) => id === 'big')).toMatchObject({ result: { pong: true } });
    client.send(pingOf(most + 1));
    expect((await client.closed).code).toBe(1009);
  });

  it('counts fragments together', async () => {
    const client = await person();
    const part = Buffer.from(' '.repeat(100));
    client.socket.write(rawFrame(part, 0x01));
    for (let sent = 100; sent <= 64 * 1024; sent += 100) client.socket.write(rawFrame(part, 0x00));
    expect((await client.closed).code).toBe(1009);
  });

  it('puts fragments together that are small enough', async () => {
    const client = await person();
    const text = '{"jsonrpc":"2.0","id":"ü","method":"ping"}';
    const bytes = Buffer.from(text);
    const cut = bytes.indexOf('ü') + 1;
    client.socket.write(rawFrame(bytes.subarray(0, cut), 0x01));
    client.socket.write(rawFrame(bytes.subarray(cut), 0x80));
    expect(await client.next(({ id }) => id === 'ü')).toMatchObject({ result: { pong: true } });
  });

  it('closes with 1009 at ten megabytes in one frame', async () => {
    for (const client of [await person(), await agent()]) {
      client.send(pingOf(10 * 1024 * 1024));
      expect((await client.closed).code).toBe(1009);
    }
  });

  it('closes with 1002 when it breaks the protocol', async () => {
    const client = await person();
    client.socket.write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]));
    expect((await client.closed).code).toBe(1002);
  });

  it('is the last of its connection that is heard', async () => {
    const client = await agent();
    client.send(Buffer.from('x'));
    client.send({
      jsonrpc: '2.0',
      method: 'incident.created',
      params: { incidentId: 'inc_after', title: 'Sent after a frame that closes' },
    });
    await client.closed;
    expect((await bystander.ask('investigation.subscribe', { incidentId: 'inc_after' })).error?.data).toMatchObject({
      error: 'incident_not_found',
    });
  });
});
