import { runners } from './runners.ts';
import { lastLine, single, sum, type Tally, table } from './tally.ts';

/** `npm test` runs everything; `npm test -- lint unit` only what is named. */
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !runners.some((runner) => runner.name === name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there are ${runners.map(({ name }) => name).join(', ')}.`);
  console.log(lastLine(single(1)));
  process.exit(2);
}

const rows: { name: string; tally: Tally; seconds: number }[] = [];
for (const { name, run } of runners.filter((runner) => wanted.length === 0 || wanted.includes(runner.name))) {
  console.log(`\n── ${name} ${'─'.repeat(72 - name.length)}`);
  const began = performance.now();
  const tally = await run().catch((error: unknown) => {
    console.error(error);
    return single(1);
  });
  rows.push({ name, tally, seconds: (performance.now() - began) / 1000 });
}

const total = sum(rows.map(({ tally }) => tally));
console.log(`\n${table(rows)}\n`);
console.log(lastLine(total));
process.exitCode = total.failed === 0 ? 0 : 1;
