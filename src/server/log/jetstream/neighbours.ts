import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Neighbours } from '../../cluster/neighbours.ts';
import type { Names } from './names.ts';

const Letter = z.object({ from: z.string(), message: z.unknown() });

/** The other nodes, reached through NATS without JetStream. What cannot be read is passed over. */
export const natsNeighbours = (connection: NatsConnection, names: Names, nodeId: string): Neighbours => ({
  tell(topic, message) {
    if (!connection.isClosed()) connection.publish(names.node(topic), JSON.stringify({ from: nodeId, message }));
  },
  hear(topic, listener) {
    connection.subscribe(names.node(topic), {
      callback: (error, letter) => {
        const read = error === null ? Letter.safeParse(readJson(letter.data)) : undefined;
        if (read?.success && read.data.from !== nodeId) listener(read.data.message, read.data.from);
      },
    });
  },
});

const readJson = (data: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(data).toString());
  } catch {
    return undefined;
  }
};
