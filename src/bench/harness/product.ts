import { apiOf } from '../../server/testing/api-client.ts';
import { AGENT_KEY, admin, withKey } from '../../server/testing/people.ts';
import { connect } from '../../server/testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../../server/testing/server-process.ts';
import { publishMany } from '../../server/testing/shared.ts';
import { type Agent, openPublisher } from './publisher.ts';
import type { Side } from './side.ts';

/** Who publishes, who opens the incident, who looks at the metrics. */
const OTHERS = 200;
/** The crowd's clients ping nobody while they count. */
const IDLE_TIMEOUT_S = '86400';
/** One person changes a hundred incidents a second. */
const REQUESTS_PER_MINUTE = '1000000';

export type Product = Side & {
  server: ServerProcess;
  incidentId: string;
  /** Opens another incident and answers its id. */
  openIncident(): Promise<string>;
  /** An agent that publishes to this incident. */
  agent(incidentId: string): Promise<Agent>;
  /** A figure of /metrics by the name of its series. */
  metric(series: string): Promise<number>;
  /** So many events of the incident, as an agent publishes them. */
  fill(events: number, padding: string): Promise<void>;
};

export type ProductOptions = {
  /** With a log in it already. */
  dataDir?: string;
  /** Another origin that the dashboard is opened at. */
  origin?: string;
};

/** The whole product as it runs in production, with one incident: durable log, sign-in and limits are on. */
export const startProduct = async (
  connections: number,
  { origin, ...options }: ProductOptions = {},
): Promise<Product> => {
  const most = String(connections + OTHERS);
  const env = {
    LOG_LEVEL: 'silent',
    IDLE_TIMEOUT_S,
    REQUESTS_PER_MINUTE,
    CONNECTIONS_PER_ADDRESS: most,
    CONNECTIONS_PER_TENANT: most,
    ...(origin === undefined ? {} : { ALLOWED_ORIGINS: origin }),
  };
  const server = await startServer({ ...options, env });
  const api = apiOf(server.address, await admin());
  const incidentId = await api.openIncident();

  const metric = async (series: string): Promise<number> => {
    const text = await (await fetch(`${server.address}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(`${series} `));
    if (line === undefined) throw new Error(`There is no ${series} among the metrics.`);
    return Number(line.slice(series.length + 1));
  };

  return {
    name: 'CauseFlow Live',
    server,
    incidentId,
    openIncident: () => api.openIncident(),
    agent: (id) => openPublisher(server.port, id),
    pid: server.pid,
    port: () => server.port,
    crowd: { dialect: 'relay', incidentId },
    metric,
    async fill(events, padding) {
      const agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
      await publishMany(agent, incidentId, events, padding);
      agent.close();
    },
    publisher: () => openPublisher(server.port, incidentId),
    maxDelayMs: async () => 1_000 * (await metric('nodejs_eventloop_lag_max_seconds')),
    stop: () => server.stop(),
  };
};
