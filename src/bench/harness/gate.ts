const TICK_MS = 10;
const TICKS_PER_SECOND = 1_000 / TICK_MS;
const EVENT = '"seq":';

const eventsIn = (text: string): number => text.split(EVENT).length - 1;

/** A batch in frames of at most so many, as a relay sends them that is told of as many at a time. */
const splitFrame = (text: string, most: number): string[] => {
  const items: unknown = JSON.parse(text);
  if (!Array.isArray(items) || items.length <= most) return [text];
  const parts = Math.ceil(items.length / most);
  return Array.from({ length: parts }, (_, part) => JSON.stringify(items.slice(part * most, (part + 1) * most)));
};

type Send = (text: string) => void;

/**
 * Stands between the relay and a page. Held, it keeps the frames that bring events and lets all others through, until
 * it lets them go at a pace: more a second than this machine can store while it draws.
 */
export const createGate = () => {
  let kept: { text: string; send: Send }[] | undefined;
  let held = 0;
  return {
    pass(text: string, send: Send): void {
      const events = kept === undefined ? 0 : eventsIn(text);
      if (kept === undefined || events === 0) return send(text);
      held += events;
      kept.push({ text, send });
    },
    hold(): void {
      kept = [];
      held = 0;
    },
    /** How many events it keeps. */
    held: (): number => held,
    /** Sends a frame a tick; resolves once all are gone, to how many there were a second. */
    async letGo(perSecond: number): Promise<number> {
      const most = Math.max(1, Math.ceil(perSecond / TICKS_PER_SECOND));
      const frames = (kept ?? []).flatMap(({ text, send }) => splitFrame(text, most).map((part) => ({ part, send })));
      const sizes = frames.map(({ part }) => eventsIn(part));
      const began = performance.now();
      const passed = (): number => (performance.now() - began) / 1_000;
      let gone = 0;
      for (const [index, { part, send }] of frames.entries()) {
        gone += sizes[index] ?? 0;
        while (passed() * perSecond < gone) await new Promise((resolve) => setTimeout(resolve, TICK_MS / 2));
        send(part);
      }
      kept = undefined;
      return gone / passed();
    },
  };
};

export type Gate = ReturnType<typeof createGate>;
