import { expect, it } from 'vitest';
import { ConnectionEnded } from './errors.ts';
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
