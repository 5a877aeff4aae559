import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENT_KEY } from '../../server/testing/people.ts';
import { startServer } from '../../server/testing/server-process.ts';
import { connectAgent } from '../connect.ts';
import type { AgentEvent } from '../feed.ts';
import { startFakeRelay } from '../testing/fake-relay.ts';

/** The compiled agent, as `npm run agent:logs` starts it. */
const SCRIPT = fileURLToPath(new URL('../../../dist/agent/logs/log-agent.js', import.meta.url));

describe('the log agent', () => {
  let folder: string;
  let child: ChildProcess | undefined;
  let output = '';
  let heard: (() => void)[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'log-agent-'));
    output = '';
    heard = [];
  });
  afterEach(async () => {
    if (child !== undefined && child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
    // Whatever it says, and of whatever goes wrong: never the key.
    expect(output).not.toContain(AGENT_KEY);
  });

  const run = (...args: string[]): ChildProcess => {
    const started = spawn(process.execPath, [SCRIPT, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH },
    });
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const check of heard) check();
    });
    child = started;
    return started;
  };
  const says = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (output.includes(text)) resolve();
      };
      heard.push(check);
      check();
    });
  const calm = (): string => {
    const file = join(folder, 'app.log');
    const lines = Array.from(
      { length: 120 },
      (_, n) => `${new Date(1_900_000_000_000 + n * 1_000).toISOString()} INFO request ${n} took ${n % 9} ms`,
    );
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  };
  const trouble = (n: number): string =>
    `2030-03-17T18:00:0${n}.000Z ERROR payment ${n} failed: connection refused\n    at pay (shop.js:${n})\n`;

  it('opens an incident at a real server for a new kind of error, and says what it makes of it, with the lines', async () => {
    const server = await startServer();
    const url = `ws://127.0.0.1:${server.port}/v1/connect`;
    const other = connectAgent({ url, apiKey: AGENT_KEY });
    const dispatched = new Promise<string>((resolve) => {
      void other.onDispatch(({ incidentId, title }) => {
        expect(title).toBe('app.log: new kind of error lines');
        resolve(incidentId);
      });
    });
    const file = calm();
    run('--file', file, '--url', url, '--key', AGENT_KEY);
    await says('Watching');
    await says('connected');
    appendFileSync(file, '2030-03-17T18:00:00.000Z INFO configuration reloaded: pool=2\n');
    for (let n = 1; n <= 4; n += 1) appendFileSync(file, trouble(n));
    const snippets = new Map<string, string>();
    const incidentId = await dispatched;
    const completed = await new Promise<Extract<AgentEvent, { method: 'investigation.completed' }>['params']>(
      (resolve) => {
        const hear = (event: AgentEvent): void => {
          if (event.method === 'investigation.completed') resolve(event.params);
          if (event.method !== 'evidence.collected') return;
          snippets.set(event.params.evidence.evidenceId, String(event.params.evidence.rawSnippet));
        };
        void other.subscribe(incidentId, hear, { afterSeq: 0 });
      },
    );
    expect(completed.rootCause).toContain('ERROR payment <n> failed: connection refused');
    expect(completed.rootCause).toContain('configuration reloaded: pool=2');
    expect(completed.confidence).toBeLessThanOrEqual(0.7);
    expect(completed.citations?.length).toBeGreaterThanOrEqual(2);
    for (const { evidenceId, quote } of completed.citations ?? []) expect(snippets.get(evidenceId)).toContain(quote);
    await other.close();
    await server.stop();
  }, 60_000);

  it('stops its investigation when people stop it, and follows the file over its rotation', async () => {
    const relay = await startFakeRelay();
    const file = calm();
    run('--file', file, '--url', relay.url, '--key', 'cflo_test');
    await says('Watching');
    renameSync(file, `${file}.1`);
    writeFileSync(file, [1, 2, 3, 4].map(trouble).join(''));
    const incidentId = await relay.store.until(() => {
      const id = relay.store.incidents()[0]?.incidentId;
      return typeof id === 'string' ? id : undefined;
    });
    await relay.store.until(() => relay.store.events(incidentId).find(({ method }) => method === 'agent.status'));
    relay.publish('investigation.aborted', { incidentId, by: 'ana' });
    await relay.store.until(() => relay.store.events(incidentId).find(({ params }) => params.status === 'failed'));
    expect(relay.store.events(incidentId).some(({ method }) => method === 'investigation.completed')).toBe(false);
    await relay.close();
  }, 30_000);

  it('prints what it notices without a key, and says what is wrong with its arguments', async () => {
    const file = calm();
    run('--file', file);
    await says('goes nowhere else');
    await says('Watching');
    for (let n = 1; n <= 4; n += 1) appendFileSync(file, trouble(n));
    await says('new kind of error lines');
    child?.kill('SIGTERM');
    await once(child ?? run(), 'exit');
    const wrong = run('--fiel', file);
    const [code] = await once(wrong, 'exit');
    expect(code).toBe(2);
    expect(output).toContain('usage: npm run agent:logs');
  }, 30_000);
});
