import type { RpcClient } from './rpc-client.ts';

let lastMarker = 0;

/** Goes there and back: what was answered without waiting for the log has come. */
const roundTrip = async (client: RpcClient): Promise<string> => {
  lastMarker += 1;
  const marker = `marker-${lastMarker}`;
  client.send({ jsonrpc: '2.0', id: marker, method: 'ping' });
  await client.next(({ id }) => id === marker);
  return marker;
};

/** Sends one frame and returns the frames that it was answered with. */
export const answersTo = async (client: RpcClient, frame: unknown): Promise<unknown[]> => {
  const before = await roundTrip(client);
  const from = client.frames.findIndex((text) => text.includes(`"${before}"`)) + 1;
  client.send(frame);
  await roundTrip(client);
  await roundTrip(client);
  return client.frames
    .slice(from)
    .filter((text) => !text.includes('"marker-'))
    .map((text): unknown => JSON.parse(text));
};
