import { z } from 'zod';
import { connectAgent } from '../../agent/connect.ts';
import { callText } from '../runtime/http-client.ts';
import { serve } from '../runtime/http-server.ts';
import { dieWithParent, readSettings, tellParent, tellReady } from '../runtime/settings.ts';
import { createAlertRule } from './alert-rule.ts';
import { createHistory } from './history.ts';
import { parseMetrics } from './prometheus-text.ts';
import { MetricQuery, runQuery, slowInWindow } from './query.ts';

const KEPT_SCRAPES = 900;

const settings = readSettings(
  z.object({
    relayUrl: z.string(),
    apiKey: z.string(),
    token: z.string(),
    targets: z.array(z.string()),
    scrapeEveryMs: z.number(),
    objective: z.object({
      name: z.string(),
      metric: z.string(),
      where: z.record(z.string(), z.string()),
      p99Seconds: z.number(),
      windowMs: z.number(),
    }),
  }),
);
dieWithParent();

const { objective } = settings;
const history = createHistory(KEPT_SCRAPES);
const rule = createAlertRule(objective.p99Seconds);
const agent = connectAgent({ url: settings.relayUrl, apiKey: settings.apiKey });
const ms = (seconds: number): number => Math.round(seconds * 1000);

const openIncident = async (p99: number): Promise<void> => {
  const limit = ms(objective.p99Seconds);
  const selector = Object.entries(objective.where).map(([key, value]) => `${key}="${value}"`);
  await agent.openIncident({
    title: `${objective.name} p99 latency above ${limit} ms`,
    description:
      `${objective.name} answers 99 % of its requests within ${ms(p99)} ms over the last ${objective.windowMs / 1000} s; ` +
      `the objective is ${limit} ms. Metric: ${objective.metric}{${selector.join(',')}}.`,
    severity: p99 > 2 * objective.p99Seconds ? 'critical' : 'high',
  });
};

const evaluate = (): void => {
  const { metric, where, windowMs } = objective;
  const from = (history.times().at(-1) ?? 0) - 1;
  const [result] = runQuery(history, { metric, operation: 'p99', windowMs, where, from, to: Number.POSITIVE_INFINITY });
  const p99 = result?.points.at(-1)?.[1];
  const change = rule.evaluate(p99, slowInWindow(history, metric, where, objective.p99Seconds, windowMs));
  if (change === undefined) return;
  tellParent({ type: 'alert', firing: rule.firing() });
  // Refused for good means that the relay ended the connection or the key; the rule goes on and the parent knows.
  if (change === 'fired' && p99 !== undefined)
    openIncident(p99).catch((error: unknown) => tellParent({ type: 'failed', reason: String(error) }));
};

const scrape = async (): Promise<void> => {
  const at = Date.now();
  const texts = await Promise.all(
    settings.targets.map((url) => callText('GET', `${url}/metrics`, { timeoutMs: 5_000 }).catch(() => '')),
  );
  history.add(at, texts.flatMap(parseMetrics));
  evaluate();
};

/** A scrape that takes long delays the next one; two never overlap. */
const keepScraping = (): void => {
  const began = Date.now();
  void scrape().finally(() => setTimeout(keepScraping, Math.max(50, settings.scrapeEveryMs - (Date.now() - began))));
};

const { url } = await serve({
  token: settings.token,
  routes: {
    'GET /metrics-names': () => ({ body: { names: history.names() } }),
    'POST /query': ({ body }) => ({ body: { series: runQuery(history, MetricQuery.parse(body)) } }),
  },
});
keepScraping();
tellReady(url);
