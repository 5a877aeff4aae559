import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, withKey } from '../testing/people.ts';
import { connect } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { progress } from '../testing/shared.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const run = promisify(execFile);
const DISK_BYTES = 16 * 1024 * 1024;

type Disk = { dataDir: string; fill(server: ServerProcess): Promise<void>; free(server: ServerProcess): Promise<void> };

/** A file system of a few megabytes, filled up by somebody else. */
const smallDisk = async (): Promise<Disk> => {
  const dataDir = await temporaryDirectory();
  await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', dataDir]);
  onTestFinished(async () => void (await run('umount', ['-l', dataDir])));
  const ballast = join(dataDir, 'ballast');
  return {
    dataDir,
    fill: () =>
      writeFile(ballast, Buffer.alloc(DISK_BYTES)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error;
      }),
    free: () => rm(ballast),
  };
};

/** The system lets this process's files grow no further: what everybody may ask of it, without a disk of one's own. */
const limitedFiles = async (): Promise<Disk> => {
  const dataDir = await temporaryDirectory();
  const limit = (server: ServerProcess, bytes: number | 'unlimited') =>
    run('prlimit', ['--pid', String(server.pid()), `--fsize=${bytes}:`]);
  return {
    dataDir,
    async fill(server) {
      const { size } = await stat(join(dataDir, 'log.db-wal'));
      await limit(server, size + 20_000);
    },
    async free(server) {
      await limit(server, 'unlimited');
    },
  };
};

const canMount = (): boolean => {
  const directory = mkdtempSync(join(tmpdir(), 'causeflow-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory], { stdio: 'ignore' });
    execFileSync('umount', [directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const disks: [string, () => Promise<Disk>][] = [['a limit on the size of files', limitedFiles]];
// Only root may mount.
if (canMount()) disks.push(['a file system that is full', smallDisk]);

test.each(disks)(
  '%s: publishes are answered with errors, nothing acknowledged is lost, and with room it goes on',
  async (_, make) => {
    const disk = await make();
    const server = await startServer({ dataDir: disk.dataDir });
    onTestFinished(async () => void (await server.kill()));
    const api = apiOf(server.address, await admin());
    const incidentId = await api.openIncident();
    const agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
    onTestFinished(() => agent.webSocket.terminate());
    await agent.call('investigation.subscribe', { incidentId, afterSeq: 0 });
    const acknowledged: string[] = [];
    const publish = async (name: string) => {
      const params = progress(incidentId, name.padEnd(10_000, 'x'), { eventId: `evt_${name}` });
      const { result, error } = await agent.ask('investigation.progress', params);
      if (result !== undefined) acknowledged.push(String(result.eventId));
      return error;
    };
    const readiness = async () => (await fetch(`${server.address}/readyz`)).status;

    for (const name of ['a', 'b', 'c']) expect(await publish(name)).toBeUndefined();
    await disk.fill(server);
    const refused: string[] = [];
    for (let number = 0; refused.length < 3; number += 1) {
      const error = await publish(`full${number}`);
      if (error === undefined) continue;
      expect(error).toMatchObject({ code: -32603, data: { error: 'service_unavailable' } });
      refused.push(`full${number}`);
    }
    expect(await readiness()).toBe(503);
    expect((await api.get('/v1/relay/status')).body.status).toBe('unavailable');
    expect(await api.post(`/v1/investigation/${incidentId}`)).toMatchObject({
      status: 503,
      body: { error: 'service_unavailable' },
    });
    expect((await api.get(`/v1/investigation/${incidentId}/events`)).body.total).toBe(acknowledged.length);

    await disk.free(server);
    await expect.poll(readiness, { timeout: 10_000 }).toBe(200);
    expect((await api.get('/v1/relay/status')).body.status).toBe('healthy');
    for (const name of [...refused, 'after']) expect(await publish(name)).toBeUndefined();
    await agent.until(() => agent.events(incidentId).length >= acknowledged.length);
    expect(agent.events(incidentId).map(({ eventId }) => eventId)).toEqual(acknowledged);

    await server.restart();
    const again = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
    onTestFinished(() => again.webSocket.terminate());
    await again.call('investigation.subscribe', { incidentId, afterSeq: 0 });
    await again.until(() => again.events(incidentId).length >= acknowledged.length);
    expect(again.events(incidentId).map(({ eventId }) => eventId)).toEqual(acknowledged);
  },
  60_000,
);
