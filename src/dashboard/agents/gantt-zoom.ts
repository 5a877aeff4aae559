/** The part of the line that is shown, as shares of it. */
export type Zoom = { from: number; to: number };

export const whole: Zoom = { from: 0, to: 1 };

/** No narrower: below this a second of a long incident fills the width. */
const NARROWEST = 1 / 500;

export const isWhole = ({ from, to }: Zoom): boolean => from <= 0 && to >= 1;

const within = (from: number, width: number): Zoom => {
  const start = Math.min(1 - width, Math.max(0, from));
  return { from: start, to: start + width };
};

/** Closer for a factor below 1; what lies at `at`, a share of what is shown, stays where it is. */
export const zoomed = ({ from, to }: Zoom, factor: number, at: number): Zoom => {
  const width = to - from;
  const next = Math.min(1, Math.max(NARROWEST, width * factor));
  return within(from + at * (width - next), next);
};

/** To the side by a share of what is shown. */
export const panned = ({ from, to }: Zoom, by: number): Zoom => within(from + by * (to - from), to - from);

/** From a share of the line to one of what is shown, and back. */
export const toShown = ({ from, to }: Zoom, share: number): number => (share - from) / (to - from);
export const fromShown = ({ from, to }: Zoom, share: number): number => from + share * (to - from);
