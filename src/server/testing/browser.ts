import { request } from './api-client.ts';
import { connect, type RpcClient } from './rpc-client.ts';

/** A page of the dashboard's own origin: a cookie jar, and a socket that can set no headers. */
export const openBrowser = (address: string) => {
  let cookie: string | undefined;
  const headers = (): Record<string, string> => ({
    origin: address,
    ...(cookie === undefined ? {} : { cookie }),
  });
  const post = async (path: string, body?: unknown) => {
    const answer = await request(address, 'POST', path, {
      headers: headers(),
      ...(body === undefined ? {} : { body }),
    });
    const set = answer.headers.get('set-cookie');
    if (set !== null) cookie = set.split(';', 1)[0];
    return answer;
  };
  const ticket = async (): Promise<string> => {
    const { status, body } = await post('/auth/ticket');
    if (status !== 200 || typeof body.ticket !== 'string') throw new Error(`No ticket: ${JSON.stringify(body)}`);
    return body.ticket;
  };
  const relay = async (token?: string): Promise<RpcClient> =>
    connect(`${address}/relay?token=${encodeURIComponent(token ?? (await ticket()))}`, { origin: address });
  return {
    post,
    get: (path: string) => request(address, 'GET', path, { headers: headers() }),
    signIn: (token: string) => post('/auth/token', { token }),
    ticket,
    relay,
    cookie: () => cookie ?? '',
  };
};

export type Browser = ReturnType<typeof openBrowser>;
