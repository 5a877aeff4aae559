import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Agent, type AgentOptions, type AgentState, connectAgent } from './connect.ts';
import { ConnectionEnded, RelayRefused } from './errors.ts';
import type { AgentEvent } from './feed.ts';
import { type FakeRelay, startFakeRelay } from './testing/fake-relay.ts';

const INCIDENT = 'inc_1';
const progress = (message: string) => ({ incidentId: INCIDENT, message, agentName: 'Probe' });

describe('an agent', () => {
  let relay: FakeRelay;
  let agents: Agent[] = [];

  beforeEach(async () => {
    relay = await startFakeRelay();
  });
  afterEach(async () => {
    vi.useRealTimers();
    relay.behave(() => 'answer');
    relay.refuseUpgrades(undefined);
    await Promise.all(agents.map((agent) => agent.close()));
    agents = [];
    await relay.close();
  });

  const connect = (options: Partial<AgentOptions> = {}): Agent => {
    const agent = connectAgent({ url: relay.url, apiKey: 'cflo_test', random: () => 0, ...options });
    agents.push(agent);
    return agent;
  };
  const messages = () => relay.store.events(INCIDENT).map(({ params }) => params.message);
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));
  const publishAll = (agent: Agent, texts: readonly string[]) =>
    Promise.all(texts.map((text) => agent.publish('investigation.progress', progress(text))));

  it('sends its key and chooses eventId and timestamp', async () => {
    const agent = connect({ now: () => Date.UTC(2030, 0, 2) });
    const stored = await agent.publish('investigation.progress', progress('hello'));
    expect(relay.keys).toEqual(['cflo_test']);
    const params = relay.store.events(INCIDENT)[0]?.params;
    expect(params).toMatchObject({ eventId: stored.eventId, timestamp: '2030-01-02T00:00:00.000Z', message: 'hello' });
    expect(stored.seq).toBe(1);
  });

  it('sends what one tick publishes as batches of at most 100, in order', async () => {
    const agent = connect();
    await publishAll(agent, numbers(250));
    expect(relay.frames.map((frame) => frame.length)).toEqual([100, 100, 50]);
    expect(messages()).toEqual(numbers(250));
  });

  it.each(['drop-before-storing', 'drop-before-answering'] as const)(
    'loses, doubles and reorders nothing when the relay breaks off (%s)',
    async (failure) => {
      relay.behave((_, frame) => (frame % 2 === 1 && frame < 5 ? failure : 'answer'));
      const agent = connect();
      const first = publishAll(agent, numbers(150));
      await first;
      await publishAll(agent, ['after']);
      expect(messages()).toEqual([...numbers(150), 'after']);
    },
  );

  it('waits as long as a limit says and goes on in order', async () => {
    relay.behave((_, frame) =>
      frame === 1 ? { refuse: { code: -32004, message: 'slow down', data: { retryAfterMs: 5 } } } : 'answer',
    );
    await publishAll(connect(), numbers(3));
    expect(messages()).toEqual(numbers(3));
    expect(relay.frames).toHaveLength(2);
  });

  it('tries again after the relay’s own failure', async () => {
    relay.behave((_, frame) => (frame === 1 ? { refuse: { code: -32603, message: 'internal' } } : 'answer'));
    await publishAll(connect(), ['once']);
    expect(messages()).toEqual(['once']);
  });

  it('rejects what is refused, with code and data, and goes on with the rest', async () => {
    const refuse = { code: -32602, message: 'invalid params', data: { paths: ['message'] } };
    relay.behave((_, frame) => (frame === 1 ? { refuse } : 'answer'));
    const agent = connect();
    const error = await agent.publish('investigation.progress', progress('bad')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RelayRefused);
    expect(error).toMatchObject({ code: -32602, data: { paths: ['message'] } });
    await publishAll(agent, ['good']);
    expect(messages()).toEqual(['good']);
  });

  it('opens an incident once though the first answer is lost', async () => {
    relay.behave((_, frame) => (frame === 1 ? 'drop-before-answering' : 'answer'));
    const opened = await connect().openIncident({ title: 'Checkout is slow', severity: 'high' });
    expect(relay.store.incidents().map(({ incidentId }) => incidentId)).toEqual([opened.incidentId]);
  });

  it('writes notifications without waiting, in order with what it publishes', async () => {
    const agent = connect();
    await publishAll(agent, ['a']);
    agent.notify('investigation.progress', progress('b'));
    await publishAll(agent, ['c']);
    expect(messages()).toEqual(['a', 'b', 'c']);
    expect(relay.frames.at(-1)?.map(({ kind }) => kind)).toEqual(['notification', 'request']);
  });

  it('hears every event once and in order over lost connections and repeats', async () => {
    for (const text of numbers(5)) relay.publish('investigation.progress', progress(text));
    const heard: unknown[] = [];
    const arrived = new Map<string, () => void>();
    const until = (text: string) => new Promise<void>((resolve) => arrived.set(text, resolve));
    const agent = connect();
    const fifth = until('4');
    await agent.subscribe(
      INCIDENT,
      (event) => {
        if (event.method !== 'investigation.progress') return;
        heard.push(event.params.message);
        arrived.get(event.params.message)?.();
      },
      { afterSeq: 0 },
    );
    await fifth;
    const eighth = until('7');
    relay.dropAll();
    for (const text of ['5', '6', '7']) relay.publish('investigation.progress', progress(text));
    await eighth;
    const [first] = relay.store.events(INCIDENT);
    if (first !== undefined) relay.repeat(first);
    const ninth = until('8');
    relay.publish('investigation.progress', progress('8'));
    await ninth;
    expect(heard).toEqual(numbers(9));
  });

  it('starts from the beginning of a log that was reset', async () => {
    relay.publish('investigation.progress', progress('old'));
    const agent = connect();
    const heard: string[] = [];
    let wake: () => void = () => undefined;
    const next = () => new Promise<void>((resolve) => (wake = resolve));
    const old = next();
    await agent.subscribe(
      INCIDENT,
      (event) => {
        if (event.method === 'investigation.progress') heard.push(event.params.message);
        wake();
      },
      { afterSeq: 0 },
    );
    await old;
    const fresh = next();
    relay.store.reset();
    relay.store.append('investigation.progress', progress('new'));
    relay.dropAll();
    await fresh;
    expect(heard).toEqual(['old', 'new']);
  });

  it('replays for a second reader without repeating to the first', async () => {
    for (const text of numbers(3)) relay.publish('investigation.progress', progress(text));
    const agent = connect();
    const heard: [string[], string[]] = [[], []];
    const listen = (index: 0 | 1) =>
      new Promise<void>((resolve) => {
        void agent.subscribe(
          INCIDENT,
          (event) => {
            if (event.method === 'investigation.progress') heard[index].push(event.params.message);
            if (heard[index].length === 3) resolve();
          },
          { afterSeq: 0 },
        );
      });
    await listen(0);
    await listen(1);
    expect(heard).toEqual([numbers(3), numbers(3)]);
  });

  it('replays for a second reader though an event for the first is still on its way', async () => {
    for (const text of numbers(3)) relay.publish('investigation.progress', progress(text));
    relay.behave(([item]) => {
      if (item?.kind === 'request' && item.method === 'investigation.unsubscribe') {
        relay.repeat(relay.store.append('investigation.progress', progress('3')).event);
      }
      return 'answer';
    });
    const agent = connect();
    const heard: [string[], string[]] = [[], []];
    const hear = (index: 0 | 1) => (event: AgentEvent) => {
      if (event.method === 'investigation.progress') heard[index].push(event.params.message);
    };
    await agent.subscribe(INCIDENT, hear(0));
    await agent.subscribe(INCIDENT, hear(1), { afterSeq: 0 });
    relay.publish('investigation.progress', progress('4'));
    await expect.poll(() => heard).toEqual([['3', '4'], numbers(5)]);
  });

  it('hears a dispatch once, also when it is sent again after a reconnect', async () => {
    const agent = connect();
    const heard: string[] = [];
    let wake: () => void = () => undefined;
    const next = () => new Promise<void>((resolve) => (wake = resolve));
    await agent.onDispatch((dispatch) => {
      heard.push(dispatch.title);
      wake();
    });
    const first = next();
    await agent.openIncident({ title: 'one' });
    await first;
    relay.dropAll();
    const second = next();
    await agent.openIncident({ title: 'two' });
    await second;
    relay.dispatchAgain();
    await publishAll(agent, ['settled']);
    expect(heard).toEqual(['one', 'two']);
  });

  it.each([1003, 1007, 1009, 4401, 4403])('stops and tells after close code %i', async (code) => {
    const states: AgentState[] = [];
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const agent = connect({
      onState: (state) => {
        states.push(state);
        if (state.state === 'connected') setImmediate(() => relay.dropAll(code));
        if (state.state === 'stopped') stop();
      },
    });
    await stopped;
    await expect(agent.publish('investigation.progress', progress('late'))).rejects.toBeInstanceOf(ConnectionEnded);
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'connected', 'stopped']);
  });

  it('stops at a refused key and comes back after an unavailable relay', async () => {
    relay.refuseUpgrades(503);
    const states: string[] = [];
    const agent = connect({
      onState: ({ state }) => {
        states.push(state);
        if (state === 'reconnecting') relay.refuseUpgrades(undefined);
      },
    });
    await publishAll(agent, ['back']);
    expect(states).toEqual(['connecting', 'reconnecting', 'connecting', 'connected']);
    relay.refuseUpgrades(401);
    await expect(connect().openIncident({ title: 'no' })).rejects.toBeInstanceOf(ConnectionEnded);
  });

  it('acknowledges everything before it closes', async () => {
    const agent = connect();
    const all = publishAll(agent, numbers(120));
    await agent.close();
    await all;
    expect(messages()).toEqual(numbers(120));
  });

  it('pings every 30 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const agent = connect();
    await publishAll(agent, ['ready']);
    vi.advanceTimersByTime(61_000);
    vi.useRealTimers();
    await publishAll(agent, ['done']);
    const pings = relay.frames.flat().filter((item) => item.kind === 'request' && item.method === 'ping');
    expect(pings).toHaveLength(2);
  });
});
