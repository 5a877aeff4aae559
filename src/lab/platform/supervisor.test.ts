import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newManaged } from './managed.ts';
import { createSupervisor } from './supervisor.ts';

const LIMIT_BYTES = 1_000;

/** A service that notes each of its starts, fails to start on request, and is full when it is told so. */
const SCRIPT = `
import { appendFileSync, existsSync } from 'node:fs';
process.on('disconnect', () => process.exit(0));
process.on('message', ({ type, settings, id, method }) => {
  if (type === 'settings') {
    if (existsSync(settings.broken)) process.exit(1);
    appendFileSync(settings.starts, settings.version + '\\n');
    process.send({ type: 'ready', address: 'http://127.0.0.1:1' });
  }
  if (method === 'fill') process.send({ type: 'usage', rssBytes: ${LIMIT_BYTES + 1}, cpuSeconds: 1 });
  if (type === 'call') process.send({ type: 'answer', id, result: null });
});
`;

/** The real one, for looks at processes while the supervisor's own timers stand still. */
const { setTimeout: later } = globalThis;
const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise((resolve) => later(resolve, 5));
};

const supervise = (folder: string, overlaps: boolean) => {
  const [script, starts, broken] = [join(folder, 'shelf.mjs'), join(folder, 'starts'), join(folder, 'broken')];
  writeFileSync(script, SCRIPT);
  const managed = newManaged({ name: 'shelf', script: pathToFileURL(script), extra: () => ({}), overlaps }, '1.0.0');
  const supervisor = createSupervisor({
    services: [managed],
    settingsOf: ({ releases }) => ({ starts, broken, version: releases[0].version }),
    onAddresses: () => undefined,
    memoryLimitBytes: LIMIT_BYTES,
  });
  return {
    supervisor,
    managed,
    breakIt: () => writeFileSync(broken, ''),
    mendIt: () => rmSync(broken),
    starts: () => readFileSync(starts, 'utf8').trim().split('\n'),
    runOutOfMemory: async (): Promise<void> => {
      void supervisor.call('shelf', 'fill').catch(() => undefined);
      await until(() => managed.status === 'stopped');
    },
    end: async (): Promise<void> => {
      vi.runAllTimers();
      await managed.child?.stop();
    },
  };
};

describe('the supervisor', () => {
  let folder = '';
  let supervised: ReturnType<typeof supervise> | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'supervisor-'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(async () => {
    await supervised?.end();
    vi.useRealTimers();
    rmSync(folder, { recursive: true, force: true });
  });
  const running = async (overlaps: boolean) => {
    supervised = supervise(folder, overlaps);
    await supervised.supervisor.startAll();
    return supervised;
  };
  const release = { version: '1.1.0', author: 'ana', build: {} };

  it.each([true, false])(
    'starts a service once that is released while it waits to be started again (overlaps: %s)',
    async (overlaps) => {
      const { supervisor, managed, starts, runOutOfMemory } = await running(overlaps);
      await runOutOfMemory();
      const released = supervisor.release('shelf', release);
      vi.advanceTimersByTime(600);
      await released;
      await supervisor.restart('shelf');
      expect(managed.instance).toBe(3);
      expect(starts()).toEqual(['1.0.0', '1.1.0', '1.1.0']);
    },
  );

  it('runs the release that came while it was started again', async () => {
    const { supervisor, managed, starts, runOutOfMemory } = await running(false);
    await runOutOfMemory();
    vi.advanceTimersByTime(600);
    await until(() => managed.status === 'starting');
    await supervisor.release('shelf', release);
    expect(managed.instance).toBe(3);
    expect(starts()).toEqual(['1.0.0', '1.0.0', '1.1.0']);
  });

  it('tries a start that failed again, after a pause', async () => {
    const { managed, breakIt, mendIt, runOutOfMemory } = await running(true);
    breakIt();
    await runOutOfMemory();
    vi.advanceTimersByTime(600);
    await until(() => managed.status === 'starting');
    await until(() => managed.status === 'stopped');
    mendIt();
    vi.advanceTimersByTime(2_000);
    await until(() => managed.status === 'running');
    expect(managed).toMatchObject({ instance: 2, restarts: 1 });
  });

  it('goes on with what ran before where a release does not start', async () => {
    const { supervisor, managed, breakIt } = await running(true);
    breakIt();
    await expect(supervisor.release('shelf', release)).rejects.toThrow('ended with 1');
    expect(managed).toMatchObject({ instance: 1, status: 'running' });
    expect(managed.releases.map(({ version }) => version)).toEqual(['1.0.0']);
  });
});
