import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answersTo } from '../testing/answers-to.ts';
import { openBrowser } from '../testing/browser.ts';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { CASES, type Expected, KEY_CASES, PERSON_CASES } from './testing/json-rpc-rules.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const framesOf = (expected: Expected): unknown[] => {
  const write = ({ id, is }: { id: unknown; is: 'result' | number }) =>
    is === 'result'
      ? { jsonrpc: '2.0', id, result: expect.anything() }
      : { jsonrpc: '2.0', id, error: expect.objectContaining({ code: is, message: expect.stringMatching(/\S/) }) };
  if (expected === 'nothing') return [];
  if (expected === 'pong') return [{ jsonrpc: '2.0', method: 'pong', params: {} }];
  return ['is' in expected ? write(expected) : expected.map(write)];
};

describe.each([
  [
    'a person on the relay',
    [...CASES, ...PERSON_CASES],
    async () => connect(`${server.address}/v1/connect`, bearer(await admin())),
  ],
  [
    'an agent on the relay',
    [...CASES, ...KEY_CASES],
    () => connect(`${server.address}/v1/connect`, withKey(AGENT_KEY)),
  ],
  [
    'a browser behind the proxy',
    [...CASES, ...PERSON_CASES],
    async () => openBrowser(server.address).relay(await admin()),
  ],
] as const)('JSON-RPC 2.0 for %s', (_, cases, join) => {
  let client: RpcClient;
  beforeEach(async () => {
    if (client?.webSocket.readyState !== 1) client = await join();
  });
  afterEach(() => expect(client.webSocket.readyState).toBe(1));
  afterAll(() => client.close());

  it.each(cases)('%s', async (_rule, frame, expected) => {
    expect(await answersTo(client, frame)).toEqual(framesOf(expected));
  });
});
