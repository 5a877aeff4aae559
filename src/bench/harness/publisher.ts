import { once } from 'node:events';
import { WebSocket } from 'ws';
import { AGENT_KEY, withKey } from '../../server/testing/people.ts';
import type { Publisher } from './side.ts';

export type Publication = { method: string; params: Record<string, unknown> };

export type Agent = Publisher & {
  /** The same with events of any kind. */
  publish(events: readonly Publication[]): Promise<void>;
};

/** The longest answer that is one to a publication; what else comes is not looked at. */
const ACK = /"id":(\d+)/;

/**
 * An agent on a plain WebSocket, the cheapest that there is. The events of a call go in one frame, and the last of them
 * is a request: its answer comes when it, and what was sent before it, is durable.
 */
export const openPublisher = async (port: number, incidentId: string): Promise<Agent> => {
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}/v1/connect`, {
    headers: withKey(AGENT_KEY),
    perMessageDeflate: false,
  });
  await once(webSocket, 'open');
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let sent = 0;
  webSocket.on('message', (data) => {
    const text = data.toString();
    const id = Number(ACK.exec(text)?.[1]);
    const one = waiting.get(id);
    waiting.delete(id);
    if (text.includes('"error"')) one?.reject(new Error(text));
    else one?.resolve();
  });
  const publish = (events: readonly Publication[]): Promise<void> => {
    sent += 1;
    const id = sent;
    const items = events.map(({ method, params }, index) => ({
      jsonrpc: '2.0',
      ...(index === events.length - 1 ? { id } : {}),
      method,
      params: { incidentId, ...params },
    }));
    webSocket.send(JSON.stringify(items.length === 1 ? items[0] : items));
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  };
  return {
    publish,
    send: (messages) =>
      publish(
        messages.map((message) => ({ method: 'investigation.progress', params: { agentName: 'Bench', message } })),
      ),
    close: () => webSocket.close(),
  };
};
