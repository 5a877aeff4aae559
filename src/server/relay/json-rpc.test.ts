import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answersTo as answers } from '../testing/answers-to.ts';
import { type Api, apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { progress, range } from '../testing/shared.ts';

describe('JSON-RPC on the relay', () => {
  let server: ServerProcess;
  let api: Api;
  let person: RpcClient;
  let agent: RpcClient;
  let incidentId: string;

  beforeAll(async () => {
    server = await startServer();
    api = apiOf(server.address, await admin());
    incidentId = await api.openIncident();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    person = await connect(`${server.address}/v1/connect`, bearer(await admin()));
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  });
  afterEach(() => {
    person.close();
    agent.close();
  });

  const answersTo = (frame: unknown, client = person) => answers(client, frame);

  const error = (id: unknown, code: number) => ({
    jsonrpc: '2.0',
    id,
    error: expect.objectContaining({ code, message: expect.stringMatching(/\S/) }),
  });
  const pong = (id: unknown) => ({ jsonrpc: '2.0', id, result: { pong: true } });
  const ping = (id: unknown) => ({ jsonrpc: '2.0', id, method: 'ping' });

  it('answers a ping with an id by a result and one without by the notification pong', async () => {
    expect(await answersTo(ping('ping'))).toEqual([pong('ping')]);
    expect(await answersTo({ jsonrpc: '2.0', method: 'ping', params: {} })).toEqual([
      { jsonrpc: '2.0', method: 'pong', params: {} },
    ]);
  });

  it.each([
    ['0', 0],
    ['-1', -1],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', Number.MIN_SAFE_INTEGER],
    ['null', null],
    ['""', ''],
    ['"ünï ☃ 🎉"', 'ünï ☃ 🎉'],
    ['"\\ud800"', '\ud800'],
    ['"__proto__"', '__proto__'],
    ['"1"', '1'],
  ])('echoes the id %s as it is', async (text, id) => {
    expect(await answersTo(`{"jsonrpc":"2.0","id":${text},"method":"ping"}`)).toEqual([pong(id)]);
  });

  it.each(['1.5', '-0.1', '9007199254740992', '9007199254740993', '-9007199254740993', '1e300', 'true', '[]', '{}'])(
    'refuses the id %s without rounding it',
    async (text) => {
      expect(await answersTo(`{"jsonrpc":"2.0","id":${text},"method":"ping"}`)).toEqual([error(null, -32600)]);
    },
  );

  it.each(['{', '', 'ping', '{"jsonrpc":"2.0"', '[{"jsonrpc"', '\u0000', '{"a":01}'])(
    'answers %j with a parse error',
    async (text) => {
      expect(await answersTo(text)).toEqual([error(null, -32700)]);
    },
  );

  it.each([
    ['1', null],
    ['null', null],
    ['"text"', null],
    ['{}', null],
    ['{"id":7}', 7],
    ['{"jsonrpc":"1.0","id":"a","method":"ping"}', 'a'],
    ['{"jsonrpc":2.0,"id":"a","method":"ping"}', 'a'],
    ['{"id":"a","method":"ping"}', 'a'],
    ['{"jsonrpc":"2.0","id":"a"}', 'a'],
    ['{"jsonrpc":"2.0","id":"a","method":1}', 'a'],
    ['{"jsonrpc":"2.0","method":null}', null],
    ['{"jsonrpc":"2.0","id":3,"method":"ping","params":"x"}', 3],
    ['{"jsonrpc":"2.0","id":3,"method":"ping","params":1}', 3],
    ['{"jsonrpc":"2.0","id":3,"method":"ping","params":null}', 3],
    ['{"jsonrpc":"2.0","id":3,"method":"no.such","params":true}', 3],
  ])('answers %s as an invalid request', async (text, id) => {
    expect(await answersTo(text)).toEqual([error(id, -32600)]);
  });

  it.each(['no.such', 'rpc.none', 'rpc.', '', 'toString', 'constructor', '__proto__', 'PING', 'connected', 'pong'])(
    'knows no method %j',
    async (method) => {
      expect(await answersTo({ jsonrpc: '2.0', id: 1, method })).toEqual([error(1, -32601)]);
    },
  );

  it('refuses positional params', async () => {
    for (const params of [[], [incidentId]]) {
      const [answer] = await answersTo({ jsonrpc: '2.0', id: 1, method: 'investigation.subscribe', params });
      expect(answer).toEqual(error(1, -32602));
    }
  });

  it.each([
    [{}, 'incidentId'],
    [{ incidentId: 7 }, 'incidentId'],
    [{ incidentId: '' }, 'incidentId'],
    [{ incidentId: 'inc_1', afterSeq: -1 }, 'afterSeq'],
    [{ incidentId: 'inc_1', afterSeq: 1.5 }, 'afterSeq'],
    [{ incidentId: 'inc_1', afterSeq: '1' }, 'afterSeq'],
    [{ incidentId: 'inc_1', tail: -1 }, 'tail'],
    [{ incidentId: 'inc_1', epoch: 1 }, 'epoch'],
    [{ incidentId: 'inc_1', batch: 'yes' }, 'batch'],
  ])('says which of the params %j fails', async (params, path) => {
    const { error: refusal } = await person.ask('investigation.subscribe', params);
    expect(refusal).toMatchObject({ code: -32602, data: { issues: [{ path, message: expect.any(String) }] } });
  });

  it('never answers a notification, whatever is wrong with it', async () => {
    const notifications = [
      { method: 'no.such' },
      { method: 'investigation.subscribe' },
      { method: 'investigation.subscribe', params: [1] },
      { method: 'investigation.unsubscribe', params: { subscriptionId: 'sub_none' } },
      { method: 'investigation.progress', params: progress(incidentId, 'not mine to say') },
    ];
    for (const notification of notifications) expect(await answersTo({ jsonrpc: '2.0', ...notification })).toEqual([]);
  });

  it('ignores what looks like a response', async () => {
    for (const response of [{ result: 1 }, { result: null }, { error: { code: 1, message: 'x' } }]) {
      expect(await answersTo({ jsonrpc: '2.0', id: 'x', ...response })).toEqual([]);
      expect(await answersTo([{ jsonrpc: '2.0', id: 'x', ...response }])).toEqual([]);
    }
  });

  it('refuses an empty batch with one error that is no array', async () => {
    expect(await answersTo('[]')).toEqual([error(null, -32600)]);
  });

  it('answers a batch in one array, without its notifications and responses', async () => {
    const frame = [
      ping(1),
      { jsonrpc: '2.0', method: 'investigation.subscribe' },
      { jsonrpc: '2.0', id: 9, result: {} },
      { jsonrpc: '2.0', id: 2, method: 'no.such' },
      5,
      { jsonrpc: '2.0', id: 3, method: 'ping', params: [] },
      ping('last'),
    ];
    expect(await answersTo(frame)).toEqual([
      [pong(1), error(2, -32601), error(null, -32600), error(3, -32602), pong('last')],
    ]);
  });

  it('answers a batch of nothing but invalid items with one error each', async () => {
    expect(await answersTo('[1,2,3]')).toEqual([[error(null, -32600), error(null, -32600), error(null, -32600)]]);
  });

  it('does not answer a batch of notifications only', async () => {
    expect(
      await answersTo([
        { jsonrpc: '2.0', method: 'no.such' },
        { jsonrpc: '2.0', method: 'rpc.x' },
      ]),
    ).toEqual([]);
  });

  it('takes 20 items from a person and 1,000 from a key, and refuses a batch with more as a whole', async () => {
    const batch = (size: number) => range(size).map(ping);
    expect((await answersTo(batch(20)))[0]).toHaveLength(20);
    expect(await answersTo(batch(21))).toEqual([error(null, -32600)]);
    expect((await answersTo(batch(1_000), agent))[0]).toHaveLength(1_000);
    expect(await answersTo(batch(1_001), agent)).toEqual([error(null, -32600)]);
  });

  it('refuses a second request with an id that is still in flight, and takes it again afterwards', async () => {
    const publish = { jsonrpc: '2.0', id: 'same', method: 'investigation.progress', params: progress(incidentId, 'x') };
    agent.send([publish, publish]);
    await agent.until(() => agent.frames.some((text) => text.includes('"same"')));
    const twice: unknown = JSON.parse(agent.frames.find((text) => text.includes('"same"')) ?? '');
    expect(twice).toEqual([
      { jsonrpc: '2.0', id: 'same', result: expect.objectContaining({ seq: expect.any(Number) }) },
      error('same', -32600),
    ]);
    expect(await answersTo([ping(1), ping('1')])).toEqual([[pong(1), pong('1')]]);
    const again = await agent.call('investigation.progress', progress(incidentId, 'y'));
    expect(again).toHaveProperty('seq');
  });

  it('takes "__proto__" as no key of anything', async () => {
    const params = `{"__proto__":{"incidentId":"${incidentId}"}}`;
    const [answer] = await answersTo(
      `{"jsonrpc":"2.0","id":1,"method":"investigation.subscribe","params":${params},"__proto__":{"x":1}}`,
    );
    expect(answer).toEqual(error(1, -32602));
    await agent.call(
      'investigation.progress',
      progress(incidentId, 'fine', { input: JSON.parse('{"__proto__":{"a":1},"b":2}') }),
    );
    expect(JSON.stringify(await api.get(`/v1/investigation/${incidentId}/events`))).not.toContain('__proto__');
  });

  it('survives nesting as deep as a frame can hold', async () => {
    const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    const nested = (levels: number, method: string) =>
      `{"jsonrpc":"2.0","id":1,"method":"${method}","params":{"incidentId":"${incidentId}","message":"m","agentName":"A","input":${deep(levels)}}}`;
    expect(await answersTo(`${'['.repeat(60_000)}`)).toEqual([error(null, -32700)]);
    expect(await answersTo(`${'['.repeat(30_000)}${']'.repeat(30_000)}`)).toEqual([[error(null, -32600)]]);
    expect(await answersTo(nested(10_000, 'ping'))).toEqual([pong(1)]);
    expect(await answersTo(nested(150_000, 'investigation.progress'), agent)).toEqual([error(1, -32602)]);
    expect(await answersTo(nested(150_000, 'remediation.proposed'), agent)).toEqual([error(1, -32602)]);
    expect(await answersTo(nested(5_000, 'investigation.progress'), agent)).toEqual([error(1, -32602)]);
    expect(
      await agent.ask('investigation.progress', progress(incidentId, 'm', { input: JSON.parse(deep(50)) })),
    ).toHaveProperty('result');
    expect((await api.get(`/v1/investigation/${incidentId}/events`)).status).toBe(200);
  });

  it('keeps text with lone surrogates, and takes no id with one', async () => {
    await person.call('investigation.subscribe', { incidentId });
    const { seq } = await agent.call('investigation.progress', progress(incidentId, 'half \ud83d a pair'));
    const event = await person.next(({ params }) => params?.seq === seq);
    expect(event.params?.message).toBe('half \ud83d a pair');
    for (const eventId of ['evt_\ud800', 'evt_\udfff']) {
      const { error: refusal } = await agent.ask('investigation.progress', progress(incidentId, 'x', { eventId }));
      expect(refusal).toMatchObject({ code: -32602, data: { issues: [{ path: 'eventId' }] } });
    }
    expect((await person.ask('investigation.subscribe', { incidentId: 'inc_\ud800' })).error?.code).toBe(-32602);
  });

  it('tells nothing of its inside in an error', async () => {
    const { error: refusal } = await person.ask('investigation.subscribe', { incidentId: "x'; DROP TABLE events; --" });
    expect(JSON.stringify(refusal)).not.toMatch(/sql|stack|at .*\.js/i);
  });
});
