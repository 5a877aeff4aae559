import type { Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { bearer } from '../../server/testing/people.ts';
import type { Gate } from './gate.ts';

/** What is answered to the subscription is in the first bytes of its frame. */
const BEGINNING_BYTES = 60;

/** What the relay sends, frame by frame as it is, at /feed?incident=…: a page cannot set the headers that it asks for. */
export const attachFeed = (server: Server, relayPort: number, token: string, gate?: Gate) => {
  const feed = new WebSocketServer({ server, path: '/feed', perMessageDeflate: false });
  let subscribed = Promise.resolve();
  feed.on('connection', (browser, request) => {
    let isSubscribed = (): void => undefined;
    subscribed = new Promise((resolve) => {
      isSubscribed = resolve;
    });
    const incidentId = new URL(request.url ?? '/', 'http://bench').searchParams.get('incident');
    const relay = new WebSocket(`ws://127.0.0.1:${relayPort}/v1/connect`, {
      headers: bearer(token),
      perMessageDeflate: false,
    });
    relay.on('open', () => {
      const params = { incidentId, batch: true };
      relay.send(JSON.stringify({ jsonrpc: '2.0', id: 'subscribe', method: 'investigation.subscribe', params }));
    });
    relay.on('message', (data, isBinary) => {
      if (data.toString('latin1', 0, BEGINNING_BYTES).includes('"subscribe"')) isSubscribed();
      if (gate !== undefined) return gate.pass(data.toString(), (text) => browser.send(text));
      // A page that does not keep up slows the relay down, as our own proxy does.
      relay.pause();
      browser.send(data, { binary: isBinary }, () => relay.resume());
    });
    relay.on('error', () => browser.close());
    browser.on('close', () => relay.close());
  });
  return {
    subscribed: () => subscribed,
    stop(): void {
      for (const client of feed.clients) client.terminate();
    },
  };
};
