import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiOf } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import {
  AGENT_KEY,
  admin,
  bearer,
  member,
  OTHER_AGENT_KEY,
  secondAdmin,
  signed,
  stranger,
  withKey,
} from '../testing/people.ts';
import { frame, Opcode } from '../testing/raw-socket.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { progress, range } from '../testing/shared.ts';
import { arbitraryFrame, type HostileFrame } from './testing/arbitrary-frames.ts';
import { type Due, dueTo, settle } from './testing/oracle.ts';

const FRAMES = 10_000;
const FRAMES_A_RUN = 25;
/** By 1003, 1007 and 1009 a client is told that its frame may not be. */
const CLOSES: ReadonlySet<number> = new Set([1003, 1007, 1009]);

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
const heapMib = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
/** What is no answer: the greeting and the events that somebody subscribed to. */
const isNews = (value: unknown): boolean => {
  const [first] = Array.isArray(value) ? value : [value];
  return isRecord(first) && 'method' in first && first.method !== 'pong';
};

describe('10,000 generated frames over several connections', () => {
  let app: InProcess;
  let own: string;
  let foreign: string;
  let watcher: RpcClient;
  let stranded: RpcClient;

  beforeAll(async () => {
    app = await startInProcess();
    own = await apiOf(app.address, await admin()).openIncident();
    foreign = await apiOf(app.address, await stranger()).openIncident();
    watcher = await connect(`${app.address}/v1/connect`, bearer(await signed({ sub: 'usr_watcher' })));
    await watcher.call('investigation.subscribe', { incidentId: own, afterSeq: 0 });
    stranded = await connect(`${app.address}/v1/connect`, bearer(await stranger()));
    await stranded.call('investigation.subscribe', { incidentId: foreign, afterSeq: 0 });
    await stranded.call('notifications.subscribe');
  });
  afterAll(() => app.stop());

  const relay = (headers: Record<string, string>) => connect(`${app.address}/v1/connect`, headers);

  /** Sends the frames and returns once all that is due to them has come, or the connection was closed as it should. */
  const survive = async (client: RpcClient, frames: readonly HostileFrame[], mostItems: number): Promise<void> => {
    const from = client.frames.length;
    const due: Due[] = [];
    let mayClose = false;
    for (const hostile of frames) {
      if (mayClose) break;
      if (hostile.kind === 'text') {
        client.send(hostile.text);
        due.push(...dueTo(hostile.text, mostItems));
        continue;
      }
      client.socket.write(frame(hostile.isBinary ? Opcode.binary : Opcode.text, Buffer.from(hostile.bytes)));
      const text = Buffer.from(hostile.bytes).toString();
      mayClose = hostile.isBinary || text.includes('\ufffd');
      if (!mayClose) due.push(...dueTo(text, mostItems));
    }
    if (mayClose) {
      expect(CLOSES).toContain((await client.closed).code);
      return;
    }
    let seen = from;
    const unasked: unknown[] = [];
    const take = (): void => {
      for (; seen < client.frames.length; seen += 1) {
        const came: unknown = JSON.parse(client.frames[seen] ?? '');
        if (isNews(came)) continue;
        if (!settle(due, came)) unasked.push(came);
      }
    };
    await client.until(() => {
      take();
      return due.length === 0 || unasked.length > 0;
    });
    await client.call('ping').catch(() => undefined);
    expect(unasked).toEqual([]);
  };

  /** One person or agent who sends nothing but such frames. */
  const attack = async (join: () => Promise<RpcClient>, mostItems: number, frames: number): Promise<void> => {
    let client = await join();
    const frameOf = arbitraryFrame({ own, foreign });
    const run = fc.array(frameOf, { minLength: FRAMES_A_RUN, maxLength: FRAMES_A_RUN });
    await fc.assert(
      fc.asyncProperty(run, async (sequence) => {
        if (client.webSocket.readyState !== client.webSocket.OPEN) client = await join();
        await survive(client, sequence, mostItems);
      }),
      // A smaller example would be found on a connection that has heard the larger one: print the first and its seed.
      { numRuns: frames / FRAMES_A_RUN, endOnFailure: true },
    );
    client.close();
    await client.closed;
  };

  const round = async (frames: number): Promise<void> => {
    const share = frames / 5;
    const browser = openBrowser(app.address);
    await browser.signIn(await secondAdmin());
    await Promise.all([
      attack(async () => relay(bearer(await admin())), 20, share),
      attack(async () => relay(bearer(await member())), 20, share),
      attack(() => relay(withKey(AGENT_KEY)), 1_000, share),
      attack(() => browser.relay(), 20, share),
      attack(() => relay(withKey(AGENT_KEY)), 1_000, share),
    ]);
  };

  it('are each answered rightly or close their own connection; nobody else notices, and nothing is left behind', async () => {
    const agent = await relay(withKey(AGENT_KEY));
    const other = await relay(withKey(OTHER_AGENT_KEY));
    await round(FRAMES / 2);
    const before = heapMib();
    const publishing = (async () => {
      for (const number of range(50)) {
        await agent.call('investigation.progress', progress(own, `ours ${number}`));
        await other.call('investigation.progress', progress(foreign, `theirs ${number}`));
      }
    })();
    await round(FRAMES / 2);
    await publishing;
    expect(heapMib() - before).toBeLessThan(8);

    const api = apiOf(app.address, await admin());
    const { body } = await api.get(`/v1/investigation/${own}/events?limit=1000`);
    const stored = Array.isArray(body.items) ? body.items : [];
    await watcher.until(() => watcher.events(own).length >= stored.length);
    expect(watcher.events(own)).toEqual(stored.map(({ params }) => params));
    expect(watcher.events(own).filter(({ message }) => String(message).startsWith('ours'))).toHaveLength(50);

    await stranded.until(() => stranded.events(foreign).length >= 50);
    const heard = stranded.messages.filter(
      ({ method }) => method !== undefined && method !== 'connected' && method !== 'presence.changed',
    );
    expect(heard.every(({ params }) => params?.incidentId === foreign)).toBe(true);
    expect(
      stranded
        .events(foreign)
        .map(({ message }) => message)
        .filter((message) => message !== undefined),
    ).toEqual(range(50).map((number) => `theirs ${number}`));

    // The bystanders and the two agents; those who subscribed are gone from the incident, too.
    agent.close();
    other.close();
    await expect.poll(async () => (await api.get('/v1/relay/status')).body.activeConnections).toBe(2);
    const viewers = () => watcher.messages.findLast(({ method }) => method === 'presence.changed')?.params?.viewers;
    await expect.poll(viewers).toEqual([expect.objectContaining({ userId: 'usr_watcher' })]);
  }, 60_000);
});
