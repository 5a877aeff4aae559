import { Agent, request } from 'node:http';
import { type RequestOptions, request as requestTls } from 'node:https';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export type CallOptions = {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** The connection to use, and for TLS the certificates. */
  connection?: RequestOptions;
};

/** A failed call to a service of the lab: no answer (`timeout`, `refused`, `tls`), or one that isn't 2xx (its code). */
export class CallFailed extends Error {
  override name = 'CallFailed';
  readonly status: string;
  readonly body: string;
  constructor(status: string, message: string, body = '') {
    super(message);
    this.status = status;
    this.body = body;
  }
}

const isTlsCode = (code: string): boolean =>
  code.startsWith('CERT_') || code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || code === 'EPROTO';

const failureOf = (error: Error, where: string): CallFailed => {
  if (error instanceof CallFailed) return error;
  const code = 'code' in error ? String(error.code) : '';
  return new CallFailed(
    isTlsCode(code) ? 'tls' : 'refused',
    `${where}: ${error.message}${code === '' ? '' : ` (${code})`}`,
  );
};

/** One HTTP call with a kept-alive connection; resolves to the body's text. `fetch` costs 15 MB a process more. */
export const callText = (method: 'GET' | 'POST', url: string, options: CallOptions = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const headers = {
      ...options.headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      ...(options.token === undefined ? {} : { 'x-lab-token': options.token }),
    };
    const timeoutMs = options.timeoutMs ?? 15_000;
    const where = `${method} ${new URL(url).pathname}`;
    const ask = url.startsWith('https:') ? requestTls : request;
    const outgoing = ask(
      url,
      {
        method,
        agent,
        headers,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...options.connection,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('error', (error) => end(() => reject(failureOf(error, where))));
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          end(() => {
            if (status >= 200 && status < 300) resolve(text);
            else reject(new CallFailed(String(status), `${where} answered ${status}: ${text.slice(0, 300)}`, text));
          });
        });
      },
    );
    // For the whole answer, not for each silence of the socket.
    const timer = setTimeout(
      () => outgoing.destroy(new CallFailed('timeout', `${where} did not answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
    };
    outgoing.on('error', (error) => end(() => reject(failureOf(error, where))));
    outgoing.end(body);
  });

/** The same for a JSON answer; who calls says by a schema what it must be. */
export const callJson = async <T>(
  method: 'GET' | 'POST',
  url: string,
  schema: { parse: (value: unknown) => T },
  options: CallOptions = {},
): Promise<T> => schema.parse(JSON.parse(await callText(method, url, options)));
