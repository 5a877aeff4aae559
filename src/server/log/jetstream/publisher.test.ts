import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { LogUnavailable } from '../event-log.ts';
import type { AppendRequest } from '../wire.ts';
import { namesOf } from './names.ts';
import { Outcomes } from './outcomes.ts';
import { Publisher } from './publisher.ts';

const MORE_THAN_A_GROUP = 1_001;

test('what waits behind a message that was refused is not stored before that is sent again', async () => {
  let messages = 0;
  const full = new JetStreamApiError({ code: 503, err_code: 10_047, description: 'there is no room' });
  const publisher = new Publisher({
    js: {
      publish: async () => {
        messages += 1;
        throw full;
      },
    } as unknown as JetStreamClient,
    names: namesOf('test'),
    outcomes: new Outcomes(),
    nodeId: 'node',
    maxPayload: () => 1024 * 1024,
    onStored: () => undefined,
  });
  const append = (number: number): AppendRequest => [
    'append',
    'ten_1',
    'inc_1',
    [[`evt_${number}`, 'method', '', '{}']],
    null,
    0,
  ];
  const appends = Array.from({ length: MORE_THAN_A_GROUP }, (_, index) => publisher.append(append(index)));
  for (const outcome of await Promise.allSettled(appends)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(LogUnavailable) });
  }
  expect(messages).toBe(1);
});
