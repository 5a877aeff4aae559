import { WebSocket } from 'ws';
import { createCheck, type Faults } from '../../bench/harness/check.ts';
import { AGENT_KEY, withKey } from '../../server/testing/people.ts';

const AGAIN_AFTER_MS = 200;

export type Reader = {
  /** Resolves to what went wrong once the last event is there. */
  done: Promise<Faults>;
  /** Resolves once it is subscribed for the first time. */
  subscribed: Promise<void>;
  /** How many events are there, and how often a connection has ended, with the last code. */
  progress(): { events: number; ended: number; code: number };
  pause(): void;
  resume(): void;
  /** Sends a request, to whose answer nobody listens. */
  ask(request: object): void;
};

/** A client that reads the events 1 to `events` of an incident, and comes back from its last one when it is cut off. */
export const startReader = (address: string, incidentId: string, events: number): Reader => {
  const check = createCheck(events);
  const url = `${address.replace(/^http/, 'ws')}/v1/connect`;
  let ended = 0;
  let code = 0;
  let webSocket: WebSocket;
  let onSubscribed: () => void = () => undefined;
  const subscribed = new Promise<void>((resolve) => {
    onSubscribed = resolve;
  });
  let onDone: (faults: Faults) => void = () => undefined;
  const done = new Promise<Faults>((resolve) => {
    onDone = resolve;
  });

  const open = (): void => {
    webSocket = new WebSocket(url, { headers: withKey(AGENT_KEY), perMessageDeflate: false });
    // What it was is told by the close that follows.
    webSocket.on('error', () => undefined);
    webSocket.on('open', () => {
      const params = { incidentId, afterSeq: check.last(), batch: true };
      webSocket.send(JSON.stringify({ jsonrpc: '2.0', id: 'subscribe', method: 'investigation.subscribe', params }));
    });
    webSocket.on('message', (data) => {
      const text = data.toString();
      if (text.includes('"id":"subscribe"')) onSubscribed();
      for (const [, seq] of text.matchAll(/"seq":(\d+)/g)) check.take(Number(seq));
      if (check.last() >= events) webSocket.close(1000);
    });
    webSocket.on('close', (closeCode) => {
      if (check.last() >= events) return onDone(check.faults());
      ended += 1;
      code = closeCode;
      setTimeout(open, AGAIN_AFTER_MS);
    });
  };
  open();

  return {
    done,
    subscribed,
    progress: () => ({ events: check.last(), ended, code }),
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
    ask: (request) => webSocket.send(JSON.stringify(request)),
  };
};
