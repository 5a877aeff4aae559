import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from './self-signed.ts';

export type ProxyKind = 'caddy' | 'nginx';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

type Place = { folder: string; http: number; https: number };

/** The example as it is, but for what a test may not touch: the usual ports, and the system's own folders. */
const writeCaddy = async (example: string, { folder, http, https }: Place): Promise<readonly string[]> => {
  const own = `admin off\nstorage file_system ${folder}\ndefault_bind 127.0.0.1`;
  const text = example.replace(/^\{$/m, `{\n${own}\nhttp_port ${http}\nhttps_port ${https}`);
  await writeFile(join(folder, 'Caddyfile'), text);
  return ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'];
};

const writeNginx = async (example: string, { folder, http, https }: Place): Promise<readonly string[]> => {
  const site = example
    .replaceAll(/^.*\[::\].*\n/gm, '')
    .replaceAll('listen 80', `listen 127.0.0.1:${http}`)
    .replaceAll('listen 443', `listen 127.0.0.1:${https}`)
    .replaceAll('/var/log/nginx', folder);
  await writeFile(join(folder, 'site.conf'), site);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const main = `
    daemon off; master_process off; pid ${folder}/pid; error_log stderr notice;
    events { worker_connections 256; }
    http { ${paths.join(' ')} include ${folder}/site.conf; }`;
  await writeFile(join(folder, 'nginx.conf'), main);
  return ['-e', 'stderr', '-c', join(folder, 'nginx.conf')];
};

const KINDS = {
  // Each says this once its ports are open.
  caddy: { file: 'Caddyfile', write: writeCaddy, isUp: 'serving initial configuration' },
  nginx: { file: 'nginx.conf', write: writeNginx, isUp: 'event method' },
} as const;

/** Ports that were free a moment ago. */
const freePorts = async (): Promise<readonly [number, number]> => {
  const servers = [createServer(), createServer()].map((server) => server.listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const [http, https] = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [http ?? 0, https ?? 0];
};

/** Somebody else may take a free port before the proxy does. */
const TRIES = 5;

/**
 * A reverse proxy of this kind before the server at `upstream` (`host:port`), from its example in `deploy/` with a
 * certificate for `name` that only `certificate` vouches for. Whoever starts it has to `stop` it.
 */
export const startReverseProxy = async (kind: ProxyKind, program: string, name: string, upstream: string) => {
  const { file, write, isUp } = KINDS[kind];
  const folder = await mkdtemp(join(tmpdir(), `causeflow-${kind}-`));
  const { certificate, key } = selfSigned(name);
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
  await writeFile(files.certificate, certificate);
  await writeFile(files.key, key);
  const example = (await readFile(new URL(`../deploy/${file}`, import.meta.url), 'utf8'))
    .replaceAll('PUBLIC_NAME', name)
    .replaceAll('CERTIFICATE_FILE', files.certificate)
    .replaceAll('KEY_FILE', files.key)
    .replaceAll('UPSTREAM', upstream);
  let output = '';

  const start = async (): Promise<{ child: ChildProcess; http: number; https: number } | undefined> => {
    const [http, https] = await freePorts();
    const args = await write(example, { folder, http, https });
    const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
    const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    running.add(child);
    child.once('exit', () => running.delete(child));
    let own = '';
    return new Promise((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        own += text;
        if (own.includes(isUp)) resolve({ child, http, https });
      });
      child.once('close', () => resolve(undefined));
    });
  };

  let started = await start();
  for (let tried = 1; started === undefined && tried < TRIES; tried += 1) started = await start();
  if (started === undefined) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`${kind} did not start:\n${output}`);
  }
  const { child, http, https } = started;
  return {
    certificate,
    /** `http://127.0.0.1:port` and the same with TLS, to be asked for `name`. */
    plain: `http://127.0.0.1:${http}`,
    address: `https://127.0.0.1:${https}`,
    /** What it wrote to stderr, and to its log of accesses where it has one. */
    written: async (): Promise<string> => output + (await readFile(join(folder, 'access.log'), 'utf8').catch(() => '')),
    async stop(): Promise<void> {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
};

export type ReverseProxy = Awaited<ReturnType<typeof startReverseProxy>>;
