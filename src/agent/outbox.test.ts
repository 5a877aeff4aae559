import { expect, it } from 'vitest';
import { ConnectionEnded, RelayRefused } from './errors.ts';
import { createOutbox } from './outbox.ts';
import type { Message } from './session.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('what is under way when it is given up is rejected, unless its answer still comes', async () => {
  const outbox = createOutbox(() => 0.5);
  const sent: Message[] = [];
  outbox.attach({
    send: (messages) => void sent.push(...messages),
    call: () => new Promise(() => undefined),
    close() {},
  });
  const [answered, lost] = [outbox.publish('a', {}), outbox.publish('b', {})];
  await turn();
  const waiting = outbox.publish('c', {});
  outbox.fail('the agent was closed');
  outbox.detach();
  sent[0]?.onAnswer?.({ kind: 'result', result: 1 });
  sent[1]?.onAnswer?.({ kind: 'lost' });
  expect(await answered).toBe(1);
  for (const left of [lost, waiting]) await expect(left).rejects.toBeInstanceOf(ConnectionEnded);
  expect(sent).toHaveLength(2);
});

it('what is refused for good behind something that has to wait goes out again after it', async () => {
  const outbox = createOutbox(() => 0.5);
  const sent: Message[] = [];
  outbox.attach({
    send: (messages) => void sent.push(...messages),
    call: () => new Promise(() => undefined),
    close() {},
  });
  const refuse = (message: Message | undefined, code: number) =>
    message?.onAnswer?.({ kind: 'error', error: { code, message: '', data: {}, retryAfterMs: 1 } });
  const published = ['before', 'opening', 'first'].map((method) => outbox.publish(method, {}));
  await turn();
  refuse(sent[0], -32602);
  refuse(sent[1], -32603);
  refuse(sent[2], -32602);
  await expect(published[0]).rejects.toBeInstanceOf(RelayRefused);
  await expect.poll(() => sent.length).toBe(5);
  expect(sent.slice(3).map(({ method }) => method)).toEqual(['opening', 'first']);
  for (const message of sent.slice(3)) message.onAnswer?.({ kind: 'result', result: message.method });
  expect(await Promise.all(published.slice(1))).toEqual(['opening', 'first']);
});
