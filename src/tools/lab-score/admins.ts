import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Api, apiOf } from '../../server/testing/api-client.ts';
import { admin, secondAdmin } from '../../server/testing/people.ts';

const LOOK_EVERY_MS = 400;
const MOST_EVENTS = 1_000;
/** Facts are looked at every 15 s while a plan waits: one that was in between is back by then. */
const APPROVE_WITHIN_MS = 20_000;

const History = z.object({
  items: z.array(z.looseObject({ method: z.string(), params: z.record(z.string(), z.unknown()) })),
});
export type Event = z.infer<typeof History>['items'][number];

const ENDED = new Set(['remediation.executed', 'remediation.failed', 'remediation.expired']);

/** Two admins, who approve and execute every plan through the API. */
export const startAdmins = async (address: string) => {
  const [ana, bea] = [apiOf(address, await admin()), apiOf(address, await secondAdmin())];

  /** The whole history: it is read page by page from where the reading before ended. */
  const follow = (incidentId: string) => {
    const events: Event[] = [];
    const next = async (): Promise<readonly Event[]> => {
      for (;;) {
        const after = Number(events.at(-1)?.params.seq ?? 0);
        const path = `/v1/investigation/${incidentId}/events?afterSeq=${after}&limit=${MOST_EVENTS}`;
        const { items } = History.parse((await ana.get(path)).body);
        events.push(...items);
        if (items.length < MOST_EVENTS) return events;
      }
    };
    /** Resolves to what `find` finds in the events; undefined where it finds nothing in time. */
    return async <T>(find: (events: readonly Event[]) => T | undefined, withinMs: number): Promise<T | undefined> => {
      const until = Date.now() + withinMs;
      for (;;) {
        const found = find(await next());
        if (found !== undefined || Date.now() > until) return found;
        await sleep(LOOK_EVERY_MS);
      }
    };
  };

  /** Tries until `until`, as a person does whom a fact that has changed keeps from it; resolves to why it was refused. */
  const tryUntil = async (until: number, send: () => ReturnType<Api['post']>): Promise<string | undefined> => {
    for (;;) {
      const { status, body } = await send();
      if (status < 300) return undefined;
      if (Date.now() > until) return `refused: ${String(body.message ?? body.error)}`;
      await sleep(LOOK_EVERY_MS);
    }
  };
  const approve = (by: Api, remediationId: string, until: number): Promise<string | undefined> =>
    tryUntil(until, async () => {
      const { planDigest } = (await by.get(`/v1/remediation/${remediationId}`)).body;
      return by.post(`/v1/remediation/${remediationId}/approve`, { planDigest });
    });

  return {
    follow,
    /** Approves, by as many as it needs, and executes; resolves to how it ended. */
    carryOut: async (
      remediationId: string,
      until: ReturnType<typeof follow>,
      withinMs: number,
    ): Promise<string | undefined> => {
      const end = Date.now() + APPROVE_WITHIN_MS;
      const first = await approve(ana, remediationId, end);
      if (first !== undefined) return first;
      const { status } = (await ana.get(`/v1/remediation/${remediationId}`)).body;
      const second = status === 'proposed' ? await approve(bea, remediationId, end) : undefined;
      if (second !== undefined) return second;
      const refused = await tryUntil(end, () => ana.post(`/v1/remediation/${remediationId}/execute`, {}));
      if (refused !== undefined) return refused;
      return until(
        (events) =>
          events.find(({ method, params }) => ENDED.has(method) && params.remediationId === remediationId)?.method,
        withinMs,
      );
    },
    exportOf: async (incidentId: string): Promise<string> => {
      const response = await fetch(`${address}/v1/incidents/${incidentId}/export?format=jsonl`, {
        headers: { authorization: `Bearer ${await admin()}` },
      });
      if (!response.ok) throw new Error(`the record of ${incidentId} was not exported: ${response.status}`);
      return response.text();
    },
  };
};

export type Admins = Awaited<ReturnType<typeof startAdmins>>;
