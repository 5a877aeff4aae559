/** Which pages may use a session from the browser. */
export type Origins = {
  /** True for exactly an allowed origin; an absent one and `null` never are. */
  areAllowed(origin: string | undefined, host: string | undefined): boolean;
};

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'] as const;

/**
 * The dashboard's own origin and those configured. On loopback the own origin is spelled out, so that a name which an
 * attacker points at this machine is not taken for it; elsewhere it is the host that was asked for.
 */
export const createOrigins = (
  allowed: readonly string[],
  listening: () => { host: string; port: number },
): Origins => ({
  areAllowed(origin, host) {
    if (origin === undefined || origin === 'null') return false;
    if (allowed.includes(origin)) return true;
    const own = listening();
    if (own.host === '127.0.0.1' || own.host === 'localhost' || own.host === '::1') {
      return LOOPBACK.some((name) => origin === `http://${name}:${own.port}`);
    }
    return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
  },
});
