import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Api, apiOf, request } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { openEventStream } from '../testing/event-stream.ts';
import { startFakeUpstream } from '../testing/fake-upstream.ts';
import { readMetrics, untilMetric } from '../testing/metrics.ts';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { connect, type RpcClient, refusedUpgrade } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { progress, publishMany, range } from '../testing/shared.ts';

describe('the metrics', () => {
  let server: ServerProcess;
  let api: Api;
  let agent: RpcClient;
  let url: string;

  beforeAll(async () => {
    server = await startServer();
    url = `${server.address}/v1/connect`;
    api = apiOf(server.address, await admin());
    agent = await connect(url, withKey(AGENT_KEY));
  });
  afterAll(() => server.stop());

  const person = async (): Promise<RpcClient> => {
    const client = await connect(url, bearer(await admin()));
    onTestFinished(() => client.webSocket.terminate());
    return client;
  };
  const until = (series: string, fits: (value: number) => boolean) => untilMetric(server.address, series, fits);
  const now = async (series: string): Promise<number> => (await readMetrics(server.address)).get(series) ?? 0;
  const is = (wanted: number) => (value: number) => value === wanted;

  it('count who is connected and what they subscribe to, and forget who goes', async () => {
    const client = await person();
    const incidentId = await api.openIncident();
    await client.call('investigation.subscribe', { incidentId });
    await client.call('remediation.subscribe', { incidentId });
    await client.call('notifications.subscribe');
    await agent.call('dispatch.subscribe');
    const stream = await openEventStream(`${server.address}/v1/notifications/stream`, bearer(await admin()));
    const metrics = await readMetrics(server.address);
    const held = (name: string, kind: string) => metrics.get(`causeflow_relay_${name}{kind="${kind}"}`);
    expect([held('connections', 'person'), held('connections', 'agent')]).toEqual([1, 1]);
    for (const kind of ['investigation', 'remediation', 'notifications', 'dispatch', 'stream']) {
      expect([kind, held('subscriptions', kind)]).toEqual([kind, 1]);
    }
    client.close(1000);
    stream.close();
    await until('causeflow_relay_connections{kind="person"}', is(0));
    await until('causeflow_relay_subscriptions{kind="investigation"}', is(0));
    await until('causeflow_relay_subscriptions{kind="stream"}', is(0));
    await until('causeflow_relay_closes_total{code="1000"}', is(1));
  });

  it('count what is delivered, and what is read from the log for it', async () => {
    const incidentId = await api.openIncident();
    const client = await person();
    await client.call('investigation.subscribe', { incidentId });
    const before = await readMetrics(server.address);
    const since = async (series: string) => (await now(series)) - (before.get(series) ?? 0);
    await publishMany(agent, incidentId, 40);
    await client.until(() => client.events(incidentId).length === 40);
    expect(await since('causeflow_relay_deliveries_total')).toBe(40);
    expect(await since('causeflow_relay_sent_bytes_total')).toBeGreaterThan(40 * 100);
    expect(await since('causeflow_log_events_total')).toBeGreaterThanOrEqual(40);
    const pages = await now('causeflow_relay_replay_pages_total');
    const late = await person();
    await late.call('investigation.subscribe', { incidentId, afterSeq: 0, batch: true });
    await late.until(() => late.events(incidentId).length === 40);
    expect(await since('causeflow_relay_replay_events_total')).toBe(40);
    expect(await since('causeflow_relay_deliveries_total')).toBe(80);
    expect(await now('causeflow_relay_replay_pages_total')).toBeGreaterThan(pages);
    expect(await now('causeflow_relay_replay_page_seconds_count')).toBe(
      await now('causeflow_relay_replay_pages_total'),
    );
    expect(await now('causeflow_relay_reader_lag_events')).toBe(0);
  });

  it('time the appends and the fsyncs below them, and say how many shared one', async () => {
    const incidentId = await api.openIncident();
    const before = await readMetrics(server.address);
    await publishMany(agent, incidentId, 100);
    const after = await readMetrics(server.address);
    const grew = (series: string): number => (after.get(series) ?? 0) - (before.get(series) ?? 0);
    expect(grew('causeflow_log_append_seconds_count')).toBeGreaterThanOrEqual(100);
    expect(grew('causeflow_log_append_seconds_sum')).toBeGreaterThan(0);
    expect(grew('causeflow_log_fsync_seconds_count')).toBeGreaterThan(0);
    expect(grew('causeflow_log_fsync_seconds_sum')).toBeGreaterThan(0);
    expect(grew('causeflow_log_group_commit_requests_count')).toBe(grew('causeflow_log_fsync_seconds_count'));
    expect(grew('causeflow_log_group_commit_requests_sum')).toBeGreaterThanOrEqual(100);
    const buckets = [...after].filter(([series]) => series.startsWith('causeflow_log_append_seconds_bucket'));
    const values = buckets.map(([, value]) => value);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(buckets.at(-1)).toEqual([
      'causeflow_log_append_seconds_bucket{le="+Inf"}',
      after.get('causeflow_log_append_seconds_count'),
    ]);
  });

  it('show a reader that falls behind, how far, and that it has caught up', async () => {
    const incidentId = await api.openIncident();
    const client = await person();
    await client.call('investigation.subscribe', { incidentId });
    client.socket.pause();
    const behind = await now('causeflow_relay_fell_behind_total');
    await publishMany(agent, incidentId, 1_500, 'x'.repeat(10_000));
    await until('causeflow_relay_slow_readers', is(1));
    expect(await now('causeflow_relay_reader_lag_events')).toBeGreaterThan(100);
    expect(await now('causeflow_relay_fell_behind_total')).toBeGreaterThan(behind);
    client.socket.resume();
    await client.until(() => client.events(incidentId).length === 1_500);
    await until('causeflow_relay_slow_readers', is(0));
    await until('causeflow_relay_reader_lag_events', is(0));
  }, 60_000);

  it('count refusals by their codes: JSON-RPC, HTTP, upgrades, closes and limits', async () => {
    const client = await person();
    await client.ask('no.such');
    client.send('{');
    await client.next(({ error }) => error?.code === -32700);
    client.send(Buffer.from([1]));
    await client.closed;
    const other = await person();
    other.close(4999);
    await request(server.address, 'GET', '/v1/incidents');
    await api.get('/v1/incidents/none');
    await refusedUpgrade(url);
    for (const series of [
      'causeflow_relay_errors_total{code="-32601"}',
      'causeflow_relay_errors_total{code="-32700"}',
      'causeflow_relay_closes_total{code="1003"}',
      'causeflow_relay_closes_total{code="other"}',
      'causeflow_http_responses_total{status="401"}',
      'causeflow_http_responses_total{status="404"}',
      'causeflow_http_responses_total{status="201"}',
      'causeflow_upgrades_refused_total{status="401"}',
    ]) {
      await until(series, (value) => value >= 1);
    }
  });

  it('count tickets, and the browsers on the proxy', async () => {
    const browser = openBrowser(server.address);
    await browser.signIn(await admin());
    const ticket = await browser.ticket();
    const client = await browser.relay(ticket);
    await client.call('ping');
    await expect(browser.relay(ticket)).rejects.toThrow('401');
    const metrics = await readMetrics(server.address);
    const values = ['issued', 'used', 'refused'].map((what) => metrics.get(`causeflow_tickets_${what}_total`));
    expect(values).toEqual([1, 1, 1]);
    expect(metrics.get('causeflow_proxy_connections')).toBe(1);
    client.close();
    await until('causeflow_proxy_connections', is(0));
  });

  it('say how late the event loop is, and how the process does', async () => {
    const metrics = await readMetrics(server.address);
    expect(metrics.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(metrics.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('are described, named as Prometheus asks for, and name nobody', async () => {
    const text = await (await fetch(`${server.address}/metrics`)).text();
    const ours = [...text.matchAll(/^# TYPE (causeflow_\w+) (\w+)$/gm)].map(([, name = '', type = '']) => ({
      name,
      type,
    }));
    expect(ours.length).toBeGreaterThan(20);
    for (const { name, type } of ours) {
      expect(text).toMatch(new RegExp(`^# HELP ${name} [A-Z].*\\.$`, 'm'));
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    }
    expect(text).not.toMatch(/ten_|inc_|usr_|conn_|cflo_|@/);
    expect(text.split('\n').filter((line) => line.startsWith('causeflow_')).length).toBeLessThan(200);
  });
});

it('a limit that was reached is counted by its name', async () => {
  const server = await startServer({ env: { PUBLISHES_PER_SECOND: '1' } });
  onTestFinished(() => server.stop());
  const incidentId = await apiOf(server.address, await admin()).openIncident();
  const agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  agent.send(
    range(9).map((id) => ({ jsonrpc: '2.0', id, method: 'investigation.progress', params: progress(incidentId, 'm') })),
  );
  await agent.next(({ id }) => id === 9);
  await untilMetric(server.address, 'causeflow_limits_reached_total{limit="publish_rate"}', (value) => value >= 6);
  await untilMetric(server.address, 'causeflow_relay_errors_total{code="-32004"}', (value) => value >= 6);
  agent.close();
});

it('before a relay and an API elsewhere the metrics say how often they failed, and why', async () => {
  const upstream = await startFakeUpstream();
  const server = await startServer({
    env: { RELAY_URL: upstream.relayUrl, API_URL: upstream.apiUrl, JWT_SECRET: undefined, AGENT_API_KEYS: undefined },
  });
  onTestFinished(() => server.stop());
  const browser = openBrowser(server.address);
  await browser.signIn(await admin());
  for (const welcome of [{ status: 401 }, { status: 429 }, { status: 500 }, 'break'] as const) {
    upstream.welcomeWith(welcome);
    await (await browser.relay()).closed;
  }
  await upstream.stop();
  await browser.get('/v1/incidents');
  const metrics = await readMetrics(server.address);
  const failures = (of: string, reason: string) =>
    metrics.get(`causeflow_proxy_upstream_failures_total{upstream="${of}",reason="${reason}"}`);
  for (const reason of ['unauthorized', 'limited', 'server_error', 'unreachable']) {
    expect([reason, failures('relay', reason)]).toEqual([reason, 1]);
  }
  expect(failures('api', 'unreachable')).toBe(1);
  expect([...metrics.keys()].some((series) => series.startsWith('causeflow_relay_'))).toBe(false);
});
