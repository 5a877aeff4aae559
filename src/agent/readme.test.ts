import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { apiOf } from '../server/testing/api-client.ts';
import { AGENT_KEY, admin } from '../server/testing/people.ts';
import { type ServerProcess, startServer } from '../server/testing/server-process.ts';

const README = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const RELAY = 'ws://127.0.0.1:4400/v1/connect';
const PATIENCE = { timeout: 60_000 };

const blockOf = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(README)?.[1] ?? '';

/** TypeScript without its types, with what it imports from here as it was compiled. */
const compile = async (source: string): Promise<string> => {
  const { transformWithOxc } = await import('vite');
  const { code } = await transformWithOxc(source, 'agent.ts');
  return code.replace(/'(\.{1,2}\/[\w/-]+)\.ts'|"(\.{1,2}\/[\w/-]+)\.ts"/g, (_, single, double) => {
    const url = new URL(`${single ?? double}.js`, import.meta.url.replace('/src/', '/dist/'));
    return JSON.stringify(url.href);
  });
};

const hasPython = spawnSync('python3', ['-c', 'import websocket']).status === 0;

describe('what the README shows', { timeout: 60_000 }, () => {
  let server: ServerProcess;
  let folder: string;
  let child: ChildProcess | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'readme-agent-'));
    server = await startServer({});
  }, 60_000);
  afterEach(async () => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const relay = (): string => `${server.address.replace('http', 'ws')}/v1/connect`;
  const run = (command: string, name: string, source: string): void => {
    expect(source).toContain(RELAY);
    const file = join(folder, name);
    writeFileSync(file, source.replace(RELAY, relay()));
    child = spawn(command, [file], { env: { PATH: process.env.PATH, CAUSEFLOW_API_KEY: AGENT_KEY }, stdio: 'inherit' });
  };
  const api = async () => apiOf(server.address, await admin());
  /** Resolves once an incident of this title is understood, to its cause. */
  const causeOf = async (title: string): Promise<unknown> => {
    const asked = await api();
    return vi.waitFor(async () => {
      const { incidents } = (await asked.get('/v1/incidents')).body;
      const found = Array.isArray(incidents) ? incidents.find((one) => one.title === title) : undefined;
      expect(found).toBeDefined();
      const { rootCause } = (await asked.get(`/v1/incidents/${found.incidentId}`)).body;
      expect(rootCause).toBeTruthy();
      return rootCause;
    }, PATIENCE);
  };

  it('is a complete agent in less than forty lines', async () => {
    const source = blockOf('ts');
    expect(source.trim().split('\n').length).toBeLessThan(40);
    run(process.execPath, 'agent.mjs', await compile(source));
    expect(await causeOf('Writes fail on db-1')).toBe('/var is full');
  });

  const runPlain = async (language: string, command: string, name: string): Promise<void> => {
    const title = `Writes fail, says ${language}`;
    run(command, name, blockOf(language).replace("from 'ws'", `from '${import.meta.resolve('ws')}'`));
    const asked = await api();
    const incidentId = await asked.openIncident({ title });
    await asked.post(`/v1/investigation/${incidentId}`);
    expect(await causeOf(title)).toBe('/var is full');
  };
  it('is the same over a plain WebSocket in JavaScript', () => runPlain('js', process.execPath, 'plain.mjs'));
  it.skipIf(!hasPython)('is the same in Python', () => runPlain('python', 'python3', 'plain.py'));

  it('is answered by hand as it says', async () => {
    const socket = new WebSocket(relay(), { headers: { 'X-API-Key': AGENT_KEY } });
    // What it says of itself comes first.
    await once(socket, 'message');
    const lines = README.split('\n').filter((line) => /^[<>] \{/.test(line));
    expect(lines).toHaveLength(4);
    let incidentId = '';
    for (const line of lines) {
      const shown = line.slice(2).replace('inc_…', incidentId === '' ? 'inc_…' : incidentId);
      if (line.startsWith('>')) {
        socket.send(shown);
        continue;
      }
      const [frame] = await once(socket, 'message');
      const said = JSON.parse(String(frame));
      const pattern = JSON.parse(shown, (name, value) =>
        name === 'seq'
          ? expect.any(Number)
          : typeof value === 'string' && value.endsWith('…')
            ? expect.stringContaining(value.slice(0, -1))
            : value,
      );
      expect(said).toEqual(pattern);
      incidentId = said.result.incidentId ?? incidentId;
    }
    socket.close();
  });
});
