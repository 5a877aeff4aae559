import { createLiveStore } from '../../store/live-store.ts';
import type { PastPart, Rehydrated } from '../api-past.ts';
import { createRelayClient, type RelayClientOptions, type TicketAnswer } from '../relay-client.ts';

type Timer = { run: () => void; at: number; isFrame: boolean };

/** A relay client on a clock and a socket of the test's own: nothing happens but what the test lets happen. */
export const createRig = (
  options: Partial<Pick<RelayClientOptions, 'readBefore' | 'readAllBefore'>> & {
    rehydrate?: (incidentId: string, part: PastPart) => Promise<Rehydrated>;
  } = {},
) => {
  let time = 1_000_000;
  let timers: Timer[] = [];
  const sent: { id?: number; method: string; params: Record<string, unknown> }[] = [];
  const addresses: (string | null)[] = [];
  const tenantEvents: string[] = [];
  let ticket: TicketAnswer = { ok: true, address: 'ws://test/relay?token=1' };
  let held: (() => void)[] | null = null;
  let serverTime: number | undefined;
  let signedOut = 0;
  let renewed = 0;
  let online = true;
  const store = createLiveStore();

  const add = (timer: Timer): (() => void) => {
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };

  const client = createRelayClient({
    store,
    scheduler: {
      onFrame: (run) => add({ run, at: time, isFrame: true }),
      onPainted: (run) => run(),
      onTimeout: (run, delayMs) => add({ run, at: time + delayMs, isFrame: false }),
    },
    now: () => time,
    onServerTime: (at) => {
      serverTime = at;
    },
    isOnline: () => online,
    requestAddress: async () => {
      if (held !== null) await new Promise<void>((resolve) => held?.push(resolve));
      return ticket;
    },
    openSocket: (address) => addresses.push(address),
    onTenantEvent: (method) => tenantEvents.push(method),
    rehydrate: options.rehydrate ?? (() => Promise.resolve({ events: [], isWhole: true })),
    readBefore: options.readBefore ?? (() => Promise.resolve(undefined)),
    readAllBefore: options.readAllBefore ?? (() => Promise.resolve([])),
    renewToken: () => {
      renewed += 1;
      return Promise.resolve();
    },
    onSignedOut: () => {
      signedOut += 1;
    },
  });

  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };

  const receive = (message: object): void => client.message(JSON.stringify(message));

  return {
    client,
    store,
    sent,
    addresses,
    tenantEvents,
    settle,
    receive,
    serverTime: () => serverTime,
    signedOut: () => signedOut,
    renewed: () => renewed,
    /** How often a socket was opened. */
    tries: () => addresses.filter((address) => address !== null).length,
    setTicket: (answer: TicketAnswer) => {
      ticket = answer;
    },
    /** Who asks for a ticket waits for it from now on. */
    holdTicket: () => {
      held ??= [];
    },
    giveTicket: () => {
      for (const give of held ?? []) give();
      held = null;
    },
    setOnline: (value: boolean) => {
      online = value;
    },
    /** The socket is open and the server has introduced itself. */
    async connect(capabilities: readonly string[] | null = ['resume', 'batch', 'notifications']): Promise<void> {
      await settle();
      client.opened((text) => sent.push(JSON.parse(text)));
      receive({
        jsonrpc: '2.0',
        method: 'connected',
        params: { connectionId: 'conn_1', ...(capabilities === null ? {} : { capabilities }) },
      });
    },
    /** Answers the newest request of this method. */
    answer(method: string, result: object): void {
      const request = sent.findLast((message) => message.method === method);
      receive({ jsonrpc: '2.0', id: request?.id, result });
    },
    event: (seq: number, message = `m${seq}`): object => ({
      jsonrpc: '2.0',
      method: 'investigation.progress',
      params: { incidentId: 'inc_1', agentName: 'Logs', message, eventId: `evt_${seq}`, seq },
    }),
    frame(): void {
      const due = timers.filter((timer) => timer.isFrame);
      timers = timers.filter((timer) => !timer.isFrame);
      for (const { run } of due) run();
    },
    /** Lets time pass without animation frames, as in a hidden tab. */
    async pass(ms: number): Promise<void> {
      const until = time + ms;
      for (;;) {
        const next = timers.filter((timer) => !timer.isFrame && timer.at <= until).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        time = Math.max(time, next.at);
        timers = timers.filter((timer) => timer !== next);
        next.run();
        await settle();
      }
      time = until;
    },
  };
};
