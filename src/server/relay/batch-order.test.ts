import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Limits } from '../limits.ts';
import { LogUnavailable } from '../log/event-log.ts';
import { apiOf } from '../testing/api-client.ts';
import { startInProcess } from '../testing/in-process.ts';
import { readMetrics } from '../testing/metrics.ts';
import { AGENT_KEY, admin, withKey } from '../testing/people.ts';
import { connect, type Message } from '../testing/rpc-client.ts';
import { progress, proposal, range } from '../testing/shared.ts';

type Call = readonly [method: string, params: Record<string, unknown>];

const start = async (limits: Partial<Limits> = {}) => {
  const server = await startInProcess(limits);
  onTestFinished(server.stop);
  onTestFinished(() => void vi.restoreAllMocks());
  const api = apiOf(server.address, await admin());
  const agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  onTestFinished(() => agent.webSocket.terminate());
  let batches = 0;
  /** Sends the calls as one batch, and resolves to their answers in order. */
  const send = async (calls: readonly Call[]): Promise<Message[]> => {
    batches += 1;
    const ids = calls.map((_, index) => `${batches}.${index}`);
    agent.send(calls.map(([method, params], index) => ({ jsonrpc: '2.0', id: ids[index], method, params })));
    return Promise.all(ids.map((id) => agent.next((message) => message.id === id)));
  };
  const stored = async (incidentId: string): Promise<unknown[]> => {
    const { body } = await api.get(`/v1/investigation/${incidentId}/events?limit=1000`);
    return (body.items as { params: Record<string, unknown> }[]).map(({ params }) => params.message ?? params.title);
  };
  return { server, api, send, stored };
};

describe('of a batch whose events come too fast', () => {
  it('nothing is stored after the first that is refused, though there is room again, and all else is done', async () => {
    const { server, api, send, stored } = await start({ publishesPerSecond: 10 });
    const incidentId = await api.openIncident();
    const messages = range(50).map((number) => `m${number}`);
    const publications = messages.map((message): Call => ['investigation.progress', progress(incidentId, message)]);
    // At each look at the clock there is room for a fifth of an event.
    const now = performance.now.bind(performance);
    let ahead = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      ahead += 20;
      return now() + ahead;
    });
    const others: Call[] = [
      ['ping', {}],
      ['investigation.subscribe', { incidentId }],
    ];
    const answers = await send([...publications, ...others]);
    const firstRefused = answers.findIndex(({ error }) => error !== undefined);
    expect(firstRefused).toBeGreaterThan(0);
    const refused = answers.slice(firstRefused, publications.length);
    expect(refused.length).toBeGreaterThan(5);
    for (const { error } of refused) {
      expect(error).toMatchObject({ code: -32004, data: { error: 'publish_rate', retryAfterMs: expect.any(Number) } });
    }
    expect(answers.slice(publications.length)).toMatchObject([{ result: { pong: true } }, { result: { incidentId } }]);
    expect(await stored(incidentId)).toEqual(messages.slice(0, firstRefused));
    const metrics = await readMetrics(server.address);
    expect(metrics.get('causeflow_limits_reached_total{limit="publish_rate"}')).toBe(refused.length);

    server.pass(10_000);
    const again = await send(publications.slice(firstRefused));
    expect(again.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(await stored(incidentId)).toEqual(messages);
  });
});

describe('of a batch from which something could not be stored for now', () => {
  it.each<[string, string, (incidentId: string) => Call[]]>([
    [
      'an incident is opened',
      'incident.created',
      (incidentId) => [
        ['incident.created', { incidentId: `${incidentId}_own`, title: 'Opened' }],
        ['investigation.progress', progress(`${incidentId}_own`, 'a')],
        ['investigation.progress', progress(`${incidentId}_own`, 'b')],
      ],
    ],
    [
      'a plan is proposed',
      'investigation.progress',
      (incidentId) => [
        ['investigation.progress', progress(incidentId, 'a')],
        ['remediation.proposed', proposal(incidentId, `rem_${incidentId}`)],
        ['investigation.progress', progress(incidentId, 'b')],
      ],
    ],
  ])('nothing that waits for it is stored where %s, and all of it in order when it is sent again', async (...row) => {
    const [, failing, callsOn] = row;
    const { server, api, send, stored } = await start();
    const calls = callsOn(await api.openIncident());
    const append = server.log.append;
    let hasFailed = false;
    vi.spyOn(server.log, 'append').mockImplementation((given) => {
      if (hasFailed || given.events[0]?.method !== failing) return append(given);
      hasFailed = true;
      return Promise.reject(new LogUnavailable('there is no room'));
    });
    const answers = await send([...calls, ['ping', {}]]);
    expect(answers.pop()).toMatchObject({ result: { pong: true } });
    for (const { error } of answers) {
      expect(error).toMatchObject({ code: -32603, data: { error: 'service_unavailable', retryAfterMs: 1_000 } });
    }

    expect((await send(calls)).flatMap(({ error }) => error ?? [])).toEqual([]);
    const wanted = calls.filter(([method]) => method !== 'incident.created').map(([, params]) => params);
    const incidentId = String(wanted[0]?.incidentId);
    expect(await stored(incidentId)).toEqual(wanted.map(({ message, title }) => message ?? title));
  });
});
