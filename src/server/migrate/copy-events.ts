import type { EventLog, LoggedEvent, StreamName } from '../log/event-log.ts';
import { describeStream, nameOf, pagesOf } from './streams.ts';

type Run = { of: StreamName; name: string; events: LoggedEvent[] };

/** Neighbours of one stream together, in their order. */
const runsOf = (events: readonly LoggedEvent[]): Run[] => {
  const runs: Run[] = [];
  for (const event of events) {
    const name = nameOf(event);
    const run = runs.at(-1);
    if (run?.name === name) run.events.push(event);
    else runs.push({ of: { tenantId: event.tenantId, stream: event.stream }, name, events: [event] });
  }
  return runs;
};

const appendRun = async (to: EventLog, { of, events }: Run): Promise<void> => {
  const result = await to.append({ ...of, events });
  const seqs = result.ok ? result.appended.map(({ seq }) => seq) : [];
  if (events.every((event, index) => event.seq === seqs[index])) return;
  throw new Error(`${describeStream(of)} has other events there already`);
};

/** Runs of different streams are under way together; one that goes on with a stream waits for all before it. */
const appendInOrder = async (to: EventLog, events: readonly LoggedEvent[]): Promise<void> => {
  const underWay = new Map<string, Promise<void>>();
  for (const run of runsOf(events)) {
    if (underWay.has(run.name)) {
      await Promise.all(underWay.values());
      underWay.clear();
    }
    underWay.set(run.name, appendRun(to, run));
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
