import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import type { RawAnswer } from './raw-request.ts';
import { rawRequest } from './raw-request.ts';
import type { ReverseProxy } from './reverse-proxy.ts';
import { connect, type RpcClient } from './rpc-client.ts';

/** Somebody out there, who knows a server by its public name and its certificate only. */
export const openPublicClient = (proxy: ReverseProxy, name: string) => {
  const tls = { ca: proxy.certificate, servername: name };
  return {
    ask: (
      method: string,
      path: string,
      headers: Record<string, string> = {},
      chunks: readonly (Buffer | string)[] = [],
    ): Promise<RawAnswer> =>
      rawRequest(proxy.address, method, path, { headers: { host: name, ...headers }, chunks, tls }),
    connect: (path: string, headers: Record<string, string>, localAddress = '127.0.0.1'): Promise<RpcClient> =>
      connect(proxy.address + path, { host: name, ...headers }, { ...tls, localAddress }),
    /** A stream that stays open; what has come of it so far is its `text`. */
    async stream(path: string, headers: Record<string, string>) {
      const request = httpsRequest(proxy.address + path, { headers: { host: name, ...headers }, agent: false, ...tls });
      request.end();
      let text = '';
      let isOver = false;
      const [response] = await once(request, 'response');
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      for (const end of ['end', 'error', 'close']) {
        response.on(end, () => {
          isOver = true;
        });
      }
      return {
        type: response.headers['content-type'],
        text: () => text,
        isOver: () => isOver,
        close: () => request.destroy(),
      };
    },
  };
};
