import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Api, apiOf } from '../../server/testing/api-client.ts';
import { admin, secondAdmin } from '../../server/testing/people.ts';

const LOOK_EVERY_MS = 400;
const MOST_EVENTS = 1_000;

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

  const approve = async (by: Api, remediationId: string): Promise<void> => {
    const { planDigest } = (await by.get(`/v1/remediation/${remediationId}`)).body;
    await by.post(`/v1/remediation/${remediationId}/approve`, { planDigest });
  };

  return {
    follow,
    /** Approves, by as many as it needs, and executes; resolves to how it ended. */
    carryOut: async (
      remediationId: string,
      until: ReturnType<typeof follow>,
      withinMs: number,
    ): Promise<string | undefined> => {
      await approve(ana, remediationId);
      const { status } = (await ana.get(`/v1/remediation/${remediationId}`)).body;
      if (status === 'proposed') await approve(bea, remediationId);
      await ana.post(`/v1/remediation/${remediationId}/execute`, {});
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
