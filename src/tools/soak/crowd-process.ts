/** The clients of a crowd in a process of their own, so that the server's figures are the server's alone. */

import { AGENT_KEY, withKey } from '../../server/testing/people.ts';
import { connect } from '../../server/testing/rpc-client.ts';
import { range } from '../../server/testing/shared.ts';
import { addFaults, noFaults, startReader } from './reader.ts';

/** How many connections are being opened at a time. */
const AT_ONCE = 100;

const [, , address = '', incidentId = '', events = '0'] = process.argv;

const openIdle = async (count: number): Promise<void> => {
  for (let left = count; left > 0; left -= AT_ONCE) {
    const some = range(Math.min(AT_ONCE, left));
    await Promise.all(some.map(() => connect(`${address}/v1/connect`, withKey(AGENT_KEY))));
  }
};

const runHerd = async (count: number) => {
  const readers = range(count).map(() => startReader(address, incidentId, Number(events)));
  const faults = await Promise.all(readers.map(({ done }) => done));
  const cutOff = readers.reduce((sum, reader) => sum + reader.progress().ended, 0);
  return { ...faults.reduce(addFaults, noFaults), cutOff };
};

process.on('disconnect', () => process.exit());
/** A number of clients: idle ones, or, where an incident is named, a herd that reads it. */
process.on('message', (count) => {
  const work = incidentId === '' ? openIdle(Number(count)) : runHerd(Number(count));
  work.then(
    (result) => process.send?.({ result: result ?? null }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
