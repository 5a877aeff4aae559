import { type FakeSeries, type Scenario, SINCE_S } from './fake-shop.ts';

/** A step from one level to another when the trouble begins, with the wobble that every measurement has. */
const step =
  (before: number, after: number) =>
  (seconds: number): number =>
    (seconds < 0 ? before : after) * (1 + 0.05 * Math.sin(seconds * 1.7));
const level = (value: number) => step(value, value);

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();
/** So many seconds before (negative) or after the trouble began. */
const moment = (seconds: number): string => ago(SINCE_S - seconds);

const series = (
  metric: string,
  type: FakeSeries['type'],
  labels: Record<string, string>,
  at: FakeSeries['at'],
): FakeSeries => ({ metric, type, labels, at });

const objective = {
  name: 'Search',
  kind: 'latency',
  service: 'frontdoor',
  metric: 'http_request_duration_seconds',
  where: { service: 'frontdoor', route: '/search' },
  operation: 'p99',
  limit: 0.4,
  unit: 's',
  windowMs: 8_000,
  says: 'Search p99 above 400 ms',
};

/** A shop that shares no name with the lab's: searches that are slow, for a reason that each scenario adds. */
export const slowSearch = (): Scenario => {
  const scenario: Scenario = {
    objectives: [objective],
    alerts: [
      {
        objective: 'Search',
        kind: 'latency',
        service: 'frontdoor',
        firing: true,
        since: moment(5),
        value: 1.2,
        limit: 0.4,
      },
    ],
    graph: {
      services: [
        { name: 'frontdoor', kind: 'service', dependsOn: [{ service: 'catalogue', via: 'http' }] },
        { name: 'catalogue', kind: 'service', dependsOn: [{ service: 'geocoder', via: 'tls' }], database: true },
        { name: 'geocoder', kind: 'external', dependsOn: [] },
      ],
      edges: [
        { from: 'frontdoor', to: 'catalogue', ratePerSecond: 10, errorRatio: 0, p95Ms: 900 },
        { from: 'catalogue', to: 'geocoder', ratePerSecond: 3, errorRatio: 0, p95Ms: 90 },
      ],
    },
    series: [
      series(
        'http_request_duration_seconds',
        'histogram',
        { service: 'frontdoor', route: '/search', status: '200' },
        { p99: step(0.05, 1.2), mean: step(0.03, 0.7), rate: level(10) },
      ),
      series(
        'http_client_duration_seconds',
        'histogram',
        { service: 'frontdoor', to: 'catalogue', status: '200' },
        { mean: step(0.02, 0.6), p50: step(0.02, 0.6), p95: step(0.03, 0.9), p99: step(0.04, 1.1), rate: level(10) },
      ),
      series(
        'http_client_duration_seconds',
        'histogram',
        { service: 'catalogue', to: 'geocoder', status: '200' },
        { mean: level(0.05), p50: level(0.05), p95: level(0.09), p99: level(0.12), rate: level(3) },
      ),
      series(
        'db_query_duration_seconds',
        'histogram',
        { service: 'catalogue', query: 'items_find' },
        { mean: level(0.002), rate: level(10) },
      ),
      series('pool_in_use', 'gauge', { service: 'catalogue', pool: 'main' }, { value: level(1) }),
    ],
    logs: Array.from({ length: 20 }, (_, n) => ({
      time: moment(-60 + n * 4),
      level: 'warn',
      service: 'frontdoor',
      msg: 'old client',
      agent: n,
    })),
    traces: [],
    spans: {},
    changes: [
      {
        changeId: 'chg_innocent',
        at: moment(-50),
        kind: 'deploy',
        service: 'frontdoor',
        title: 'frontdoor',
        author: 'pipeline',
        before: '1.0',
        after: '1.1',
      },
    ],
    config: [],
    processes: ['frontdoor', 'catalogue'].map((service) => ({
      service,
      instance: 1,
      status: 'running',
      startedAt: ago(4_000),
      restarts: 0,
      lastExit: null,
      rssBytes: 1,
      limitBytes: 2,
      cpuPercent: 1,
    })),
    certificates: [
      {
        name: 'geo-cert',
        service: 'geocoder',
        role: 'server',
        peer: 'catalogue',
        serial: '1',
        notBefore: ago(9_000),
        notAfter: ago(-9_000_000),
      },
    ],
    queues: [],
    messages: {},
    pools: [{ service: 'catalogue', pool: 'main', size: 10, inUse: 1, waiting: 0 }],
    breakers: [{ service: 'catalogue', dependency: 'geocoder', enabled: true, status: 'closed' }],
    transactions: [],
    sql: () => [],
    states: {},
    operate: () => {
      for (const alert of scenario.alerts) Object.assign(alert, { firing: false, value: 0.05 });
      return undefined;
    },
  };
  return scenario;
};

/** A job holds the write lock of the catalogue. */
export const heldLock = (): Scenario => {
  const scenario = slowSearch();
  scenario.series.push(
    series('db_write_wait_seconds', 'histogram', { service: 'catalogue' }, { mean: step(0.001, 1.5), rate: level(4) }),
    series('db_lock_timeouts_total', 'counter', { service: 'catalogue' }, { rate: step(0, 0.8) }),
  );
  scenario.logs.push(
    ...Array.from({ length: 9 }, (_, n) => ({
      time: moment(2 + n),
      level: 'error',
      service: 'catalogue',
      msg: 'write failed',
      error: 'database is locked',
    })),
  );
  scenario.transactions.push({
    transactionId: 'tx_9',
    service: 'catalogue',
    job: 'reprice_all',
    startedAt: moment(-2),
    ageMs: 32_000,
    holdsWriteLock: true,
    statement: 'UPDATE items SET price = price',
    author: 'noor',
  });
  scenario.states.kill_transaction = {
    transactionId: 'tx_9',
    present: true,
    job: 'reprice_all',
    startedAt: scenario.transactions[0]?.startedAt,
    holdsWriteLock: true,
  };
  scenario.states.restart_service = { service: 'catalogue', instance: 1, status: 'running' };
  const recover = scenario.operate;
  scenario.operate = (type, args) => {
    recover(type, args);
    if (type === 'kill_transaction')
      scenario.states.kill_transaction = { transactionId: 'tx_9', present: false, holdsWriteLock: false };
    return undefined;
  };
  return scenario;
};

/** A time limit of the front door was lowered below what its calls take. */
export const loweredTimeout = (): Scenario => {
  const scenario = slowSearch();
  scenario.series.push(
    series(
      'http_client_duration_seconds',
      'histogram',
      { service: 'frontdoor', to: 'catalogue', status: 'timeout' },
      { mean: step(0, 0.03), rate: step(0, 4) },
    ),
  );
  const value = { key: 'catalogue_wait_ms', before: '4000', after: '30' };
  scenario.changes.push({
    changeId: 'chg_guilty',
    at: moment(-4),
    kind: 'config',
    service: 'frontdoor',
    title: value.key,
    author: 'tomas',
    before: value.before,
    after: value.after,
  });
  scenario.config.push({
    service: 'frontdoor',
    key: value.key,
    value: value.after,
    previous: value.before,
    changedAt: moment(-4),
    says: 'How long a call may take before it is given up (timeout)',
  });
  scenario.states.rollback_config = { service: 'frontdoor', key: value.key, value: '30', previousValue: '4000' };
  const recover = scenario.operate;
  scenario.operate = (type, args) => {
    recover(type, args);
    const from = scenario.states.rollback_config;
    if (type === 'rollback_config' && from !== undefined)
      scenario.states.rollback_config = { ...from, value: args.toValue };
    return undefined;
  };
  return scenario;
};

/** The certificate of the catalogue as a client of the geocoder is past its end: its connections are reset. */
export const expiredClientCertificate = (): Scenario => {
  const scenario = slowSearch();
  const certificate = {
    name: 'catalogue-client',
    service: 'catalogue',
    role: 'client',
    peer: 'geocoder',
    serial: '7',
    notBefore: ago(9_000),
    notAfter: moment(-3),
  };
  scenario.certificates.push(certificate);
  scenario.series.push(
    series(
      'http_client_duration_seconds',
      'histogram',
      { service: 'catalogue', to: 'geocoder', status: 'refused' },
      { mean: step(0, 0.012), rate: step(0, 4) },
    ),
  );
  scenario.states.rotate_certificate = { certificate: certificate.name, serial: '7', expired: true };
  return scenario;
};
