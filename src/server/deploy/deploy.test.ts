import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readConfig, variables } from '../config.ts';
import { LIMITS } from '../limits.ts';
import { NATS_SERVER } from '../log/testing/nats-server.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = resolve(HERE, '../../..');
const read = (name: string): Promise<string> => readFile(resolve(HERE, name), 'utf8');

const KNOWN = new Set<string>([
  ...Object.keys(variables),
  ...Object.values(LIMITS).map(({ variable }) => variable),
  'NODE_ENV',
]);

/** What an operator puts in. */
const OPERATORS: Record<string, string> = {
  JWT_SECRET: 'a-secret-of-an-operator',
  AGENT_API_KEYS: 'cflo_5f0c:ten_acme',
  PUBLIC_NAME: 'live.example.com',
};
/** `${NAME:-}` and `${NAME:?}`, as compose fills them in. */
const fill = (text: string): string => text.replace(/\$\{(\w+):[-?]\}/g, (_, name: string) => OPERATORS[name] ?? '');

const Service = z.object({
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  depends_on: z.array(z.string()).optional(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  volumes: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  networks: z.object({ inside: z.object({ ipam: z.object({ config: z.array(z.object({ subnet: z.string() })) }) }) }),
  volumes: z.record(z.string(), z.null()),
});

describe('the container file', () => {
  it('starts the packed command with a configuration that the program takes', async () => {
    const lines = (await read('Dockerfile')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const unknown = lines.filter(
      (line) => !/^(?:FROM|WORKDIR|COPY|RUN|ENV|USER|VOLUME|EXPOSE|HEALTHCHECK|CMD) /.test(line),
    );
    expect(unknown).toEqual([]);
    const env = lines.find((line) => line.startsWith('ENV '))?.slice(4) ?? '';
    const environment = Object.fromEntries(env.split(' ').map((pair) => pair.split('=', 2)));
    expect(Object.keys(environment).filter((name) => !KNOWN.has(name))).toEqual([]);
    expect(readConfig({ ...environment, JWT_SECRET: OPERATORS.JWT_SECRET })).toMatchObject({
      host: '0.0.0.0',
      port: 4400,
      dataDir: lines.find((line) => line.startsWith('VOLUME '))?.slice(7),
    });
    expect(lines).toContain(`EXPOSE ${environment.PORT}`);
    const manifest = z
      .object({ name: z.string(), bin: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(resolve(ROOT, 'package.json'), 'utf8')));
    expect(Object.keys(manifest.bin)).toContain(JSON.parse(lines.at(-1)?.slice(4) ?? '')[0]);
    expect(lines.filter((line) => line.includes('.tgz')).every((line) => line.includes(`${manifest.name}-*.tgz`))).toBe(
      true,
    );
  });
});

describe('the compose file', () => {
  let compose: z.output<typeof Compose>;
  beforeAll(async () => {
    const filled = (_: unknown, value: unknown): unknown => (typeof value === 'string' ? fill(value) : value);
    compose = Compose.parse(parse(await read('compose.yaml'), filled, { merge: true }));
  });

  it('gives each node a configuration that the program takes, with brokers and a proxy that are there', () => {
    const nodes = Object.entries(compose.services).filter(([, { environment }]) => environment !== undefined);
    expect(nodes.map(([name]) => name)).toEqual(['node-1', 'node-2']);
    for (const [, { environment = {}, depends_on = [] }] of nodes) {
      expect(Object.keys(environment).filter((name) => !KNOWN.has(name))).toEqual([]);
      const config = readConfig({ ...environment, HOST: '0.0.0.0' });
      expect(config.nats?.nats.urls.map(({ hostname }) => hostname)).toEqual(depends_on);
      expect(config.nats?.replicas).toBe(depends_on.length);
      expect(config.trustedProxies).toEqual(compose.networks.inside.ipam.config.map(({ subnet }) => subnet));
      expect(config.signIn.mode).toBe('secret');
    }
  });

  it('names services, volumes and files that exist', () => {
    for (const { depends_on = [], build, volumes = [], command = [] } of Object.values(compose.services)) {
      for (const name of depends_on) expect(Object.keys(compose.services)).toContain(name);
      if (build !== undefined) {
        expect(resolve(HERE, build.context)).toBe(ROOT);
        expect(existsSync(resolve(ROOT, build.dockerfile))).toBe(true);
      }
      const sources = volumes.map((volume) => volume.split(':', 1)[0] ?? '');
      for (const source of sources.filter((one) => !one.startsWith('.'))) {
        expect(Object.keys(compose.volumes)).toContain(source);
      }
      // An operator brings the certificate, and the Caddyfile that is filled in.
      const own = sources.filter((one) => one.startsWith('.') && !/\.(?:filled|crt|key)$/.test(one));
      for (const source of own) expect(existsSync(resolve(HERE, source))).toBe(true);
      if (command.length > 0) expect(volumes.some((volume) => volume.includes(`:${command[1]}:`))).toBe(true);
    }
  });

  it.skipIf(NATS_SERVER === undefined)('has brokers whose configuration nats-server takes', async () => {
    const { stderr } = await promisify(execFile)(NATS_SERVER ?? '', ['-t', '-c', resolve(HERE, 'nats.conf')]);
    expect(stderr).toMatch(/is valid/);
    const routes = [...(await read('nats.conf')).matchAll(/nats:\/\/([\w-]+):6222/g)].map(([, host]) => host);
    expect(routes).toEqual(Object.keys(compose.services).filter((name) => name.startsWith('nats-')));
  });
});

describe('with a server that runs', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('the notes on Kubernetes have probes that are answered, and a configuration that the program takes', async () => {
    const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.literal(4400) }) });
    const Container = z.object({
      env: z.array(z.object({ name: z.string(), value: z.string() })),
      startupProbe: Probe,
      readinessProbe: Probe,
      livenessProbe: Probe,
      volumeMounts: z.tuple([z.object({ name: z.string(), mountPath: z.literal('/var/lib/causeflow') })]),
    });
    const Deployment = z.object({
      kind: z.literal('Deployment'),
      spec: z.object({
        template: z.object({
          spec: z.object({ terminationGracePeriodSeconds: z.number().min(12), containers: z.tuple([Container]) }),
        }),
      }),
    });
    const [deployment, service] = parseAllDocuments(await read('kubernetes.yaml')).map((one) => one.toJS());
    const [{ env, startupProbe, readinessProbe, livenessProbe }] =
      Deployment.parse(deployment).spec.template.spec.containers;
    expect(service).toMatchObject({ kind: 'Service', spec: { ports: [{ port: 4400 }] } });
    const environment = Object.fromEntries(env.map(({ name, value }) => [name, value]));
    expect(Object.keys(environment).filter((name) => !KNOWN.has(name))).toEqual([]);
    expect(() => readConfig({ ...environment, ...OPERATORS, HOST: '0.0.0.0' })).not.toThrow();
    for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe]) {
      expect((await fetch(`${server.address}${httpGet.path}`)).status).toBe(200);
    }
    expect(livenessProbe.httpGet.path).not.toBe(readinessProbe.httpGet.path);
  });

  it('the dashboard for Grafana asks for metrics that there are', async () => {
    const Dashboard = z.object({
      panels: z.array(z.object({ id: z.number(), targets: z.array(z.object({ expr: z.string() })) })),
    });
    const { panels } = Dashboard.parse(JSON.parse(await read('grafana.json')));
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const metrics = await (await fetch(`${server.address}/metrics`)).text();
    const names = new Set(
      [...metrics.matchAll(/^# TYPE (\S+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    const asked = panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => expr.match(/\b(?:causeflow|nodejs|process)_\w+/g) ?? [expr]),
    );
    expect(asked.length).toBeGreaterThan(12);
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
  });
});
