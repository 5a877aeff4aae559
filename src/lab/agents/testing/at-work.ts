import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Agent, connectAgent } from '../../../agent/connect.ts';
import { startFakeRelay } from '../../../agent/testing/fake-relay.ts';
import type { StoredEvent } from '../../../agent/testing/fake-store.ts';
import { startWorker } from '../incident-worker.ts';
import type { Again } from '../journal.ts';
import { openPatterns } from '../memory/patterns.ts';
import { type Scenario, startFakeShop } from './fake-shop.ts';

export const INCIDENT = 'inc_1';
export const by = 'ana@example.com';

/** The agents at work on an incident of a fake shop, with a fake relay between them and the people. */
export const atWork = async (
  scenario: Scenario,
  options: {
    pace?: { now: number };
    lingerMs?: number;
    patterns?: string;
    /** Factor of how long a known solution stays offered. */
    offerPace?: number;
    /** What was asked for before a restart. */
    again?: Again;
  } = {},
) => {
  const relay = await startFakeRelay();
  const shop = await startFakeShop(scenario);
  const connection = connectAgent({ url: relay.url, apiKey: 'cflo_test', random: () => 0 });
  let isOffered = false;
  const agent: Agent = {
    ...connection,
    publish: (method, params) => {
      isOffered ||= method === 'investigation.known_solution_found';
      return connection.publish(method, params);
    },
  };
  /** What is offered stays so for a while by the pace as it is read next; all other pauses have their own. */
  const paceNow = (): number => {
    const pace = options.pace?.now ?? 0;
    if (!isOffered) return pace;
    isOffered = false;
    return options.offerPace ?? pace;
  };
  const folder = mkdtempSync(join(tmpdir(), 'agents-'));
  const patterns = options.patterns ?? join(folder, 'patterns.json');
  const busy: boolean[] = [];
  const kept: (Again | undefined)[] = [];
  let onEnd: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve;
  });
  const events = () => relay.store.events(INCIDENT);
  const of = (method: string) => events().filter((event) => event.method === method);
  const first = (is: (event: StoredEvent) => boolean) => relay.store.until(() => events().find(is));
  const find = (method: string) => first((event) => event.method === method);

  return {
    relay,
    shop,
    busy,
    kept,
    patterns,
    ended,
    events,
    of,
    first,
    find,
    says: (text: string) => first(({ params }) => String(params.message).includes(text)),
    tell: (method: string, params: Record<string, unknown> = {}) =>
      relay.publish(method, { incidentId: INCIDENT, by, ...params }),
    start: () =>
      startWorker({
        agent,
        settings: {
          relayUrl: relay.url,
          apiKey: 'cflo_test',
          token: '',
          journal: '',
          pace: 0,
          monitorUrl: shop.url,
          platformUrl: shop.url,
          // What is waited for in scrapes costs a test ten times less than a shop.
          scrapeEveryMs: 100,
        },
        pace: paceNow,
        patterns: openPatterns(patterns),
        incidentId: INCIDENT,
        lingerMs: options.lingerMs ?? 0,
        again: options.again,
        onAgain: (again) => kept.push(again),
        onBusy: (is) => busy.push(is),
        onEnd,
      }),
    /** What the agent sends later is answered later: its subscription stands by then. */
    subscribed: () =>
      agent.publish('agent.status', { incidentId: 'inc_probe', agentName: 'probe', role: 'probe', status: 'done' }),
    close: async () => {
      await agent.close();
      await relay.close();
      await shop.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type AtWork = Awaited<ReturnType<typeof atWork>>;
