import type { Case, Onset } from './case.ts';
import type { Lane } from './lane.ts';
import { countTemplates, type LogLine, type SlowStatement, slowStatements } from './log-lines.ts';
import { clock, count, duration, trim } from './words.ts';

/** Where a slow request spent its time: in the service itself, and altogether. */
export type Spent = { service: string; ownMs: number; totalMs: number; waitsFor: string; evidenceId: string };
export type LogFindings = { slow: SlowStatement[]; spent: Spent | undefined; evidenceIds: string[] };

const SAMPLE_LINES = 8;

/** A few of the lines, spread over the time, the way they were written. */
const sample = (lines: readonly LogLine[]): LogLine[] => {
  const step = Math.max(1, Math.floor(lines.length / SAMPLE_LINES));
  return lines.filter((_, index) => index % step === 0).slice(0, SAMPLE_LINES);
};

const shown = ({ at, level, service, message, fields }: LogLine) => ({
  timestamp: new Date(at).toISOString(),
  level,
  text: trim(`${service}: ${message} ${JSON.stringify(fields)}`, 400),
});

type Span = { name: string; startMs: number; durationMs: number; parent?: string };

/** The slowest request that says what it waited for, as spans. */
const slowestTrace = (lines: readonly LogLine[]): { root: Span; spans: Span[] } | undefined => {
  const traced = lines.flatMap(({ service, fields }) => {
    const { route, durationMs, upstream } = fields;
    if (typeof route !== 'string' || typeof durationMs !== 'number' || !Array.isArray(upstream)) return [];
    const root = { name: `${service} ${route}`, startMs: 0, durationMs };
    const children = upstream.flatMap((entry: unknown): Span[] => {
      if (typeof entry !== 'object' || entry === null || !('name' in entry) || !('durationMs' in entry)) return [];
      const { name, durationMs: took } = entry;
      const startMs = 'startMs' in entry && typeof entry.startMs === 'number' ? entry.startMs : 0;
      return typeof name === 'string' && typeof took === 'number'
        ? [{ name, startMs, durationMs: took, parent: root.name }]
        : [];
    });
    return [{ root, spans: [root, ...children] }];
  });
  return traced.sort((a, b) => b.root.durationMs - a.root.durationMs)[0];
};

const showTrace = (lane: Lane, { root, spans }: { root: Span; spans: Span[] }): Spent => {
  const [, ...children] = spans;
  const longest = [...children].sort((a, b) => b.durationMs - a.durationMs)[0];
  const service = root.name.split(' ')[0] ?? '';
  const ownMs = Math.max(0, root.durationMs - (longest?.durationMs ?? 0));
  const waitsFor = longest?.name ?? 'nothing';
  const evidenceId = lane.evidence({
    type: 'log',
    source: service,
    severity: 'medium',
    summary: `A slow request: ${duration(root.durationMs)}, of which it waits ${duration(longest?.durationMs ?? 0)} for ${waitsFor}`,
    data: { kind: 'trace', spans },
  });
  return { service, ownMs, totalMs: root.durationMs, waitsFor, evidenceId };
};

/** What the services wrote around the onset: which lines are new, which statements are slow, what a request waits for. */
export const readLogs = async ({ tools }: Case, lane: Lane, onset: Onset): Promise<LogFindings> => {
  lane.status('running', 'What do the services say since then?');
  await lane.pause(900);
  const lines = await lane.use(
    'search_logs',
    'Everything from the calm before the onset on',
    { since: clock(onset.since) },
    async () => {
      const found = await tools.logs(onset.since);
      const services = [...new Set(found.map(({ service }) => service))];
      return {
        value: found,
        says: `${count(found.length)} lines of ${services.join(', ')}`,
        output: found.slice(-5).map(({ text }) => text),
      };
    },
  );
  // Lines are stamped when a request ends; those of the second before the change point can belong to either side.
  const templates = await lane.use(
    'mine_templates',
    'Which kinds of lines are new or gone?',
    { moment: clock(onset.at) },
    async () => {
      const found = countTemplates(lines, onset.at - 2_000);
      const rows = found.map(
        ({ service, level, message, before, after }) =>
          `${level} ${service}: ${message}: ${before} before, ${after} after`,
      );
      return { value: found, says: `${found.length} kinds of lines`, output: rows };
    },
  );
  await lane.pause(1_700);
  const fresh = templates.filter(({ level, before, after }) => level !== 'info' && after > 3 * Math.max(1, before));
  const usual = templates.find(({ level, before }) => level !== 'info' && before > 0);
  if (usual !== undefined) {
    lane.thought(`"${usual.message}" (${usual.service}) was there before the onset, too: not related.`);
  }
  const suspicious = lines.filter(({ service, message }) =>
    fresh.some((template) => template.service === service && template.message === message),
  );
  const slow = slowStatements(suspicious);
  const evidenceIds: string[] = [];
  if (suspicious.length > 0) {
    const [first] = suspicious;
    const names = fresh.map(({ service, message }) => `"${message}" (${service})`).join(', ');
    evidenceIds.push(
      lane.evidence({
        type: 'log',
        source: [...new Set(suspicious.map(({ service }) => service))].join(', '),
        severity: 'high',
        summary: `${count(suspicious.length)} new warnings ${names} since ${clock(first?.at ?? onset.at)}`,
        ...(first === undefined ? {} : { rawSnippet: trim(first.text) }),
        data: { kind: 'log', lines: sample(suspicious).map(shown) },
      }),
    );
    const unseen = fresh.every(({ before }) => before === 0) ? '; not one before it' : '';
    lane.finding(`New since the onset: ${names}, ${count(suspicious.length)} lines${unseen}.`, evidenceIds);
  } else {
    lane.finding('No new kind of warning or error since the onset.', []);
  }
  await lane.pause(1_100);
  const trace = await lane.use(
    'slowest_request',
    'What does a slow request wait for?',
    { since: clock(onset.at) },
    async () => {
      const found = slowestTrace(lines.filter(({ at }) => at > onset.at));
      const says =
        found === undefined
          ? 'no request says what it waited for'
          : `${found.root.name} ${duration(found.root.durationMs)}`;
      return { value: found, says, output: found?.spans ?? [] };
    },
  );
  const spent = trace === undefined ? undefined : showTrace(lane, trace);
  if (spent !== undefined) evidenceIds.push(spent.evidenceId);
  const [worst] = slow;
  if (worst !== undefined) {
    lane.finding(
      `${worst.service} logs ${slow.length} slow statement${slow.length === 1 ? '' : 's'}; the worst takes ${duration(worst.meanMs)} on average (${count(worst.count)} times).`,
      evidenceIds,
    );
  }
  return { slow, spent, evidenceIds };
};
