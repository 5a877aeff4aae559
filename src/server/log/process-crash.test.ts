import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { compiledUrl } from '../compiled.ts';
import { openEmbeddedLog } from './embedded-log.ts';
import { idsOf, STREAM } from './testing/events.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

/** Lets a child append until it has acknowledged `lines` events, kills it, and returns all that it acknowledged. */
const appendUntilKilled = async (dataDir: string, prefix: string, lines: number): Promise<string[]> => {
  const script = compiledUrl(import.meta.url, './testing/append-forever.ts');
  const child = spawn(process.execPath, [script.pathname, dataDir, prefix], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    if (output.split('\n').length > lines) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  return output.split('\n').slice(0, -1);
};

test('every acknowledged event is in the log once, however often the process is killed', async () => {
  const dataDir = await temporaryDirectory();
  const acknowledged: string[] = [];
  for (const [round, lines] of [1, 40, 300, 7, 1_000].entries()) {
    acknowledged.push(...(await appendUntilKilled(dataDir, `r${round}`, lines)));
    const { log, close } = await openEmbeddedLog({ dataDir });
    const { events, headSeq } = await log.read({ ...STREAM, limit: 1_000_000 });
    const ids = idsOf(events);
    const stored = new Set(ids);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect(stored.size).toBe(ids.length);
    // The two events of one append are there both or not at all.
    expect(ids.filter((id) => !id.endsWith('+') && !stored.has(`${id}+`))).toEqual([]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(headSeq).toBe(events.length);
    await close();
  }
}, 60_000);

test('a data directory held by another process is refused with its id, and free once that is killed', async () => {
  const dataDir = await temporaryDirectory();
  const script = compiledUrl(import.meta.url, './testing/append-forever.ts');
  const child = spawn(process.execPath, [script.pathname, dataDir, 'x'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  child.stdout.resume();
  await expect(openEmbeddedLog({ dataDir })).rejects.toThrow(
    new Error(`DATA_DIR ${dataDir} is in use by process ${child.pid}`),
  );
  child.kill('SIGKILL');
  await once(child, 'close');
  await (await openEmbeddedLog({ dataDir })).close();
}, 30_000);
