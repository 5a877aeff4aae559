import { type EventLog, type LoggedEvent, type StreamName, TENANT_STREAM } from '../log/event-log.ts';

const PAGE_EVENTS = 1_000;
const PAGE_BYTES = 4 * 1024 * 1024;

const nameOf = ({ tenantId, stream }: StreamName): string => `${tenantId}\n${stream}`;

/** All events of a log in its order, a page at a time. */
export async function* pagesOf(log: EventLog): AsyncGenerator<readonly LoggedEvent[]> {
  let afterPosition = 0;
  for (;;) {
    const page = await log.scan({ afterPosition, limit: PAGE_EVENTS, maxBytes: PAGE_BYTES });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    afterPosition = last.position;
  }
}

/** Neighbours of one stream together, in their order. */
const runsOf = (events: readonly LoggedEvent[]): LoggedEvent[][] => {
  const runs: LoggedEvent[][] = [];
  for (const event of events) {
    const run = runs.at(-1);
    if (run?.[0] !== undefined && nameOf(run[0]) === nameOf(event)) run.push(event);
    else runs.push([event]);
  }
  return runs;
};

const appendRun = async (to: EventLog, run: readonly LoggedEvent[]): Promise<void> => {
  const [first] = run;
  if (first === undefined) return;
  const { tenantId, stream } = first;
  const result = await to.append({ tenantId, stream, events: run });
  const seqs = result.ok ? result.appended.map(({ seq }) => seq) : [];
  if (run.every((event, index) => event.seq === seqs[index])) return;
  throw new Error(`${describeStream(first)} has other events there already`);
};

/** What a person calls a stream. */
export const describeStream = ({ tenantId, stream }: StreamName): string =>
  stream === TENANT_STREAM ? `the list of incidents of ${tenantId}` : `${stream} of ${tenantId}`;

/** Runs of different streams are under way together; one that goes on with a stream waits for all before it. */
const appendInOrder = async (to: EventLog, events: readonly LoggedEvent[]): Promise<void> => {
  const underWay = new Map<string, Promise<void>>();
  for (const run of runsOf(events)) {
    const name = run[0] === undefined ? '' : nameOf(run[0]);
    if (underWay.has(name)) {
      await Promise.all(underWay.values());
      underWay.clear();
    }
    underWay.set(name, appendRun(to, run));
  }
  await Promise.all(underWay.values());
};

export type Copied = { copied: number; present: number };

/**
 * Appends all events of one log to another, in the order of the log and with the `seq` that they have; what is there
 * already, of a run that was interrupted, is left as it is. Rejects where the other log has events of its own in a stream.
 */
export const copyEvents = async (
  from: EventLog,
  to: EventLog,
  onProgress: (copied: Copied) => void,
): Promise<Copied> => {
  const heads = new Map<string, number>();
  const done = { copied: 0, present: 0 };
  for await (const page of pagesOf(from)) {
    const missing: LoggedEvent[] = [];
    for (const event of page) {
      const name = nameOf(event);
      const head = heads.get(name) ?? (await to.head(event));
      heads.set(name, head);
      if (event.seq > head) missing.push(event);
    }
    await appendInOrder(to, missing);
    done.copied += missing.length;
    done.present += page.length - missing.length;
    onProgress({ ...done });
  }
  return done;
};
