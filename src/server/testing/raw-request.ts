import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export type RawAnswer = { status: number; headers: Record<string, unknown>; text: string; body: unknown };

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** One request whose address and body are sent as they are, which `fetch` would tidy up first. */
export const rawRequest = (
  address: string,
  method: string,
  path: string,
  options: {
    headers?: Record<string, string | string[]>;
    chunks?: readonly (Buffer | string)[];
    /** Who vouches for an https address, and the name that it has to show. */
    tls?: { ca: string; servername: string };
  } = {},
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { protocol, hostname, port } = new URL(address);
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send({ hostname, port, method, path, headers: options.headers, agent: false, ...options.tls });
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: readJson(text) }),
      );
    });
    // A server may answer and close before it has read all; then the answer is what counts.
    request.on('error', (error) => setImmediate(reject, error));
    for (const chunk of options.chunks ?? []) request.write(chunk);
    request.end();
  });
