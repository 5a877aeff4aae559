const TICK_MS = 10;
/** What the relay takes in one frame. */
const MOST_AT_ONCE = 1_000;
/** Frames that are not acknowledged yet; more would only fill memory. */
const UNDER_WAY = 32;

export type Pace = { perSecond: number; seconds: number };

/**
 * Sends so many a second in even ticks: `send` is given how many are due, and resolves when they are acknowledged. Answers how many there really were a second, for whoever takes them may be slower.
 */
export const paced = async (pace: Pace, send: (count: number) => Promise<void>): Promise<number> => {
  const total = Math.round(pace.perSecond * pace.seconds);
  const underWay = new Set<Promise<void>>();
  const began = performance.now();
  let sent = 0;
  while (sent < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - began + TICK_MS) / 1_000) * pace.perSecond));
    const count = Math.min(due - sent, MOST_AT_ONCE);
    if (count > 0) {
      const one = send(count).finally(() => underWay.delete(one));
      underWay.add(one);
      sent += count;
    }
    if (underWay.size >= UNDER_WAY) await Promise.race(underWay);
    if (sent === due || count <= 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(underWay);
  return total / ((performance.now() - began) / 1_000);
};
