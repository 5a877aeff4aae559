import type { Case } from '../case.ts';
import type { Cite } from '../cited.ts';
import type { InfraFacts } from '../facts.ts';
import type { Lane, Used } from '../lane.ts';
import { clock, count, span } from '../words.ts';

const MOST_MESSAGES = 20;

export const noInfra = (): InfraFacts => ({
  processes: [],
  certificates: [],
  queues: [],
  messages: new Map(),
  breakers: [],
  pools: [],
  transactions: [],
  config: [],
  releases: [],
  cite: {},
  citeMessages: new Map(),
});

const MIB = 1024 * 1024;

type Table = 'processes' | 'certificates' | 'breakers' | 'config';

/** Processes, queues, certificates, breakers and settings, as they are now. */
export const readInfrastructure = async (work: Case, lane: Lane, infra: InfraFacts): Promise<void> => {
  const { platform } = work;
  lane.status('running', 'Processes, queues, certificates, settings');

  const read = async <T>(table: Table, tool: string, why: string, run: () => Promise<Used<T[]>>): Promise<T[]> => {
    const found = await lane.use(tool, why, {}, run);
    if (found === undefined) return [];
    infra.cite[table] = lane.evidence(found, '!', () => ({
      type: table === 'config' ? 'deployment' : 'metric',
      source: 'platform',
      severity: 'info',
      summary: found.output.split('\n').find((line) => line.includes('!')) ?? why,
    }));
    return found.value;
  };

  infra.processes = await read('processes', 'list_processes', 'Does every process run, and for how long?', async () => {
    const value = await platform.processes();
    const lines = value.map(({ service, instance, status, startedAt, restarts, lastExit, rssBytes, limitBytes }) => {
      const memory = `${Math.round((rssBytes ?? 0) / MIB)} of ${limitBytes === undefined || limitBytes === null ? '?' : Math.round(limitBytes / MIB)} MiB`;
      const exit = lastExit === null || lastExit === undefined ? '' : `, last exit ${lastExit.says}`;
      return `${service} ${instance}: ${status} since ${startedAt ?? '?'}, ${restarts} restarts, ${memory}${exit}`;
    });
    const down = value.filter(({ status }) => status !== 'running');
    return {
      value,
      says:
        down.length === 0
          ? `${value.length} processes run`
          : `${down.map(({ service }) => service).join(', ')} not running`,
      lines,
    };
  });
  await readQueues(work, lane, infra);
  infra.certificates = await read('certificates', 'list_certificates', 'Is a certificate expired?', async () => {
    const value = await platform.certificates();
    const now = Date.now();
    const lines = value.map(({ name, service, role, peer, notAfter }) => {
      const left = Date.parse(notAfter) - now;
      return `${left < 0 ? '! ' : ''}${name} (${role} ${service}${peer === undefined || peer === null ? '' : ` with ${peer}`}): ${left < 0 ? `expired ${span(-left)} ago, at ${notAfter}` : `valid until ${notAfter}`}`;
    });
    const expired = value.filter(({ notAfter }) => Date.parse(notAfter) < now);
    return {
      value,
      says:
        expired.length === 0
          ? `${value.length} certificates, all valid`
          : `expired: ${expired.map(({ name }) => name).join(', ')}`,
      lines,
    };
  });
  infra.breakers = await read(
    'breakers',
    'list_breakers',
    'Which calls are protected by a circuit breaker?',
    async () => {
      const value = await platform.breakers();
      const lines = value.map(
        ({ service, dependency, enabled, status }) =>
          `${enabled ? '' : '! '}${service} → ${dependency}: ${enabled ? status : 'off'}`,
      );
      return { value, says: `${value.filter(({ enabled }) => enabled).length} of ${value.length} on`, lines };
    },
  );
  infra.config = await read('config', 'read_config', 'Which settings are in force?', async () => {
    const value = await platform.config();
    const lines = value.map(
      ({ service, key, value: now, previous, changedAt }) =>
        `${service} ${key} = ${now}${previous === undefined || previous === null ? '' : ` (before: ${previous}, since ${changedAt ?? '?'})`}`,
    );
    return { value, says: `${value.length} settings`, lines };
  });
  const releases = await lane.use('list_releases', 'Which versions run, and since when?', {}, async () => {
    const value = await platform.releases();
    return {
      value,
      says: value.map(({ service, version }) => `${service} ${version}`).join(', '),
      lines: value.map(({ service, version, deployedAt }) => `${service} ${version} since ${deployedAt}`),
    };
  });
  infra.releases = releases?.value ?? [];
};

const readQueues = async ({ platform }: Case, lane: Lane, infra: InfraFacts): Promise<void> => {
  const queues = await lane.use('list_queues', 'Do messages pile up?', {}, async () => {
    const value = await platform.queues();
    const lines = value.map(
      ({ name, depth, inFlight, parked, oldestAgeMs }) =>
        `${name}: ${depth} waiting, ${inFlight} in work, ${parked} parked, the oldest ${span(oldestAgeMs ?? 0)}`,
    );
    return { value, says: lines.join('; '), lines };
  });
  if (queues === undefined) return;
  infra.queues = queues.value;
  infra.cite.queues = lane.evidence(queues, queues.value[0]?.name ?? '', (value) => ({
    type: 'metric',
    source: 'platform',
    severity: 'info',
    summary: value
      .map(({ name, depth, oldestAgeMs }) => `${name}: ${depth} waiting, the oldest ${span(oldestAgeMs ?? 0)}`)
      .join('; '),
  }));
  for (const { name } of queues.value) {
    const found = await lane.use(
      'peek_queue',
      `What waits at the head of ${name}?`,
      { queue: name, limit: MOST_MESSAGES },
      async () => {
        const value = await platform.queueMessages(name, MOST_MESSAGES);
        const lines = value.map(
          ({ messageId, status, attempts, publishedAt, lastError }) =>
            `${messageId} ${status}, ${attempts} attempts, published ${clock(Date.parse(publishedAt))}${lastError === undefined || lastError === null ? '' : `, last error: ${lastError}`}`,
        );
        return { value, says: `${count(value.length)} read`, lines };
      },
    );
    if (found === undefined) continue;
    infra.messages.set(name, found.value);
    const worst = [...found.value].sort((a, b) => b.attempts - a.attempts)[0];
    const cite: Cite = lane.evidence(found, worst?.messageId ?? '', () => ({
      type: 'log',
      source: name,
      severity: 'high',
      summary:
        worst === undefined
          ? `${name} is empty`
          : `${worst.messageId} of ${name}: ${worst.attempts} attempts, ${worst.lastError ?? 'no error'}`,
    }));
    infra.citeMessages.set(name, cite);
  }
};
