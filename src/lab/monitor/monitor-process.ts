import { z } from 'zod';
import { connectAgent } from '../../agent/connect.ts';
import { dieWithParent } from '../runtime/die-with-parent.ts';
import { callJson, callText } from '../runtime/http-client.ts';
import { serve } from '../runtime/http-server.ts';
import { answerCalls } from '../runtime/ipc.ts';
import { readSettings, tellParent, tellReady } from '../runtime/settings.ts';
import { topologyOf } from '../shop/topology.ts';
import { createAlerts, type Fired } from './alerts.ts';
import { createCatalog } from './catalog.ts';
import { createHistory } from './history.ts';
import { objectivesOf, shown } from './objective.ts';
import { parseMetrics } from './prometheus-text.ts';
import { createSpanStore } from './span-store.ts';
import { createWatchRoutes } from './watch-routes.ts';

const KEPT_SCRAPES = 900;

const settings = await readSettings(
  z.object({
    relayUrl: z.string(),
    apiKey: z.string(),
    agentsToken: z.string(),
    shopToken: z.string(),
    platformUrl: z.string(),
    scrapeEveryMs: z.number(),
    windowMs: z.number(),
    lastsMs: z.number(),
    provider: z.string(),
    queue: z.string(),
    memoryLimitBytes: z.number(),
    logs: z.record(z.string(), z.string()),
  }),
);
dieWithParent();

const { platformUrl, shopToken } = settings;
const services = topologyOf(settings);
const history = createHistory(KEPT_SCRAPES);
const catalog = createCatalog();
const spans = createSpanStore();
const objectives = objectivesOf({ ...settings, services: services.map(({ name }) => name) });
const agent = connectAgent({ url: settings.relayUrl, apiKey: settings.apiKey });

const openIncident = async ({ objective, value }: Fired): Promise<void> => {
  const { kind, limit, metric, where, windowMs } = objective;
  const selector = Object.entries(where).map(([key, text]) => `${key}="${text}"`);
  const { incidentId } = await agent.openIncident({
    title: objective.says,
    description:
      `${objective.name} is at ${shown(objective, value)} over the last ${windowMs / 1000} s; ` +
      `the objective is ${shown(objective, limit)} at most. Metric: ${metric}{${selector.join(',')}}.`,
    severity: kind === 'memory' ? 'high' : value > 2 * limit ? 'critical' : 'high',
  });
  tellParent({ type: 'incident', incidentId, title: objective.says });
};

const alerts = createAlerts(objectives, settings.lastsMs, {
  firing: () => tellParent({ type: 'alert', firing: true }),
  incident: (fired) => {
    // Refused for good means that the relay ended the connection or the key; the rules go on and the parent knows.
    openIncident(fired).catch((error: unknown) => tellParent({ type: 'failed', reason: String(error) }));
  },
  calm: () => tellParent({ type: 'alert', firing: false }),
});

const Targets = z.object({ targets: z.array(z.object({ service: z.string(), url: z.string() })) });
let targets = new Map<string, string>();

const scrape = async (): Promise<void> => {
  const at = Date.now();
  const asked = await callJson('GET', `${platformUrl}/targets`, Targets, { token: shopToken, timeoutMs: 5_000 });
  targets = new Map(asked.targets.map(({ service, url }) => [service, url]));
  const read = (url: string): Promise<string> =>
    callText('GET', `${url}/metrics`, { token: shopToken, timeoutMs: 5_000 }).catch(() => '');
  const texts = await Promise.all([...targets.values(), platformUrl].map(read));
  const up = [...targets.keys()].map((service, index) => ({
    name: 'up',
    labels: { service },
    value: texts[index] === '' ? 0 : 1,
  }));
  texts.forEach(catalog.read);
  history.add(at, [...texts.flatMap(parseMetrics), ...up]);
  alerts.evaluate(history, at);
};

/** A scrape that takes long delays the next one; two never overlap. */
const keepScraping = (): void => {
  const began = Date.now();
  const again = (): void => {
    setTimeout(keepScraping, Math.max(50, settings.scrapeEveryMs - (Date.now() - began)));
  };
  scrape().then(again, again);
};

answerCalls({
  /** For a new day: what was measured before says nothing about it. */
  forget: () => {
    history.clear();
    spans.clear();
    alerts.forget();
  },
});

const { url } = await serve({
  tokens: [settings.agentsToken, shopToken],
  only: { '/ingest': shopToken },
  routes: createWatchRoutes({
    history,
    objectives,
    alerts,
    catalog,
    spans,
    logs: settings.logs,
    services,
    targets: () => targets,
    token: shopToken,
  }),
});
keepScraping();
tellReady(url);
