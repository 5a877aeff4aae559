/** What one subscriber has seen, event by event. */
export type Received = { eventId: string; seq: number };

export type SoakTally = { acknowledged: number; delivered: number; lost: number; doubled: number; reordered: number };

export const noTally: SoakTally = { acknowledged: 0, delivered: 0, lost: 0, doubled: 0, reordered: 0 };

/** Compares what was acknowledged with what one subscriber received. */
export const tallyOf = (acknowledged: ReadonlySet<string>, received: readonly Received[]): SoakTally => {
  const seen = new Set<string>();
  let doubled = 0;
  let reordered = 0;
  let lastSeq = 0;
  for (const { eventId, seq } of received) {
    if (seen.has(eventId)) doubled += 1;
    else if (seq <= lastSeq) reordered += 1;
    seen.add(eventId);
    lastSeq = Math.max(lastSeq, seq);
  }
  const lost = [...acknowledged].filter((eventId) => !seen.has(eventId)).length;
  return { acknowledged: acknowledged.size, delivered: received.length, lost, doubled, reordered };
};

export const add = (a: SoakTally, b: SoakTally): SoakTally => ({
  acknowledged: a.acknowledged + b.acknowledged,
  delivered: a.delivered + b.delivered,
  lost: a.lost + b.lost,
  doubled: a.doubled + b.doubled,
  reordered: a.reordered + b.reordered,
});
