import { parseArgs } from 'node:util';
import { NATS_SERVER } from '../server/log/testing/nats-server.ts';
import { reportOf, textOf } from './harness/report.ts';
import { benches } from './registry.ts';

/** `npm run bench -- <name> [--json] [--tiny]`; all of them, one after the other, without a name. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, tiny: { type: 'boolean', default: false } },
});

const names = positionals.length === 0 ? Object.keys(benches) : positionals;
for (const name of names) {
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (bench === undefined) throw new Error(`There is no bench "${name}", only ${Object.keys(benches).join(', ')}.`);
  if (bench.needsBroker && NATS_SERVER === undefined) {
    console.log(`${name}: not measured, nats-server is not installed\n`);
    continue;
  }
  const report = await reportOf(name, bench, values.tiny ? 'tiny' : 'full');
  console.log(values.json ? JSON.stringify(report) : `${textOf(report)}\n`);
}
process.exit(0);
