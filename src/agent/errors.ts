/** The relay's answer that trying again cannot change: unknown method, bad params, no right to publish. */
export class RelayRefused extends Error {
  override name = 'RelayRefused';
  readonly code: number;
  readonly data: Record<string, unknown>;

  constructor(code: number, message: string, data: Record<string, unknown> = {}) {
    super(`${message} (${code})`);
    this.code = code;
    this.data = data;
  }
}

/** The connection is over for good: closed by us, or ended by the relay in a way that a retry would only repeat. */
export class ConnectionEnded extends Error {
  override name = 'ConnectionEnded';
}
