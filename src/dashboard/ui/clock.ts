/** A message from the server takes a moment: clocks that differ by less are taken for the same. */
const SAME_MS = 2_000;
/** Nobody's clock is off by days: where they differ by more, one of them does not tell the time at all. */
const MOST_MS = 86_400_000;

let aheadMs = 0;

/** Now by the server's clock, in epoch milliseconds: events are dated and time runs out by that. */
export const clockNow = (): number => Date.now() + aheadMs;

/** The server has just said that it is this time, in epoch milliseconds. */
export const setClock = (serverNow: number): void => {
  const difference = serverNow - Date.now();
  const isOff = Math.abs(difference) >= SAME_MS && Math.abs(difference) <= MOST_MS;
  aheadMs = isOff ? difference : 0;
};
