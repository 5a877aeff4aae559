import { SURPRISING, surprise } from '../../../agent/logs/surge.ts';
import { createTemplateMiner, patternOf } from '../../../agent/logs/template-miner.ts';
import type { Case } from '../case.ts';
import type { LogShift, Onset, SlowStatement } from '../facts.ts';
import type { Lane } from '../lane.ts';
import type { LogLine } from '../tools/monitor.ts';
import { clock, count, duration, trim } from '../words.ts';

const CALM_MS = 90_000;
/** Lines are stamped when a request ends: those of the last seconds before the onset may belong to it. */
const EDGE_MS = 2_000;
const MOST_LINES = 1_000;
const SAMPLE_LINES = 8;

const PARTS = ['error', 'err', 'reason', 'says', 'lastError'] as const;

/** What a line says: its message, and the error in it. */
const saysOf = (line: LogLine): string => {
  const error = PARTS.map((name) => line[name]).find((value) => typeof value === 'string');
  return typeof error === 'string' ? `${line.msg}: ${error}` : line.msg;
};

const fieldsOf = ({ time: _, level: __, service: ___, msg: ____, ...fields }: LogLine): Record<string, unknown> =>
  fields;

const lineText = (line: LogLine): string =>
  trim(`${clock(line.time)} ${line.level} ${line.service}: ${line.msg} ${JSON.stringify(fieldsOf(line))}`, 400);

export type Kind = {
  service: string;
  level: string;
  pattern: string;
  before: number;
  after: number;
  firstAt: number;
  surprise: number;
  lines: LogLine[];
};

/** The kinds of lines, with how often each came before a moment and from it on; what changed most is first. */
export const kindsOf = (lines: readonly LogLine[], moment: number): Kind[] => {
  const first = lines[0]?.time ?? moment;
  const last = lines.at(-1)?.time ?? moment;
  const seconds = { before: Math.max(1, (moment - first) / 1000), after: Math.max(1, (last - moment) / 1000) };
  const miners = new Map<string, ReturnType<typeof createTemplateMiner>>();
  const kinds = new Map<string, { kind: Omit<Kind, 'surprise' | 'pattern'>; pattern: () => string }>();
  for (const line of lines) {
    const source = `${line.service} ${line.level}`;
    const miner = miners.get(source) ?? createTemplateMiner();
    miners.set(source, miner);
    const { template } = miner.add(saysOf(line));
    const key = `${source} ${template.id}`;
    const known = kinds.get(key) ?? {
      kind: { service: line.service, level: line.level, before: 0, after: 0, firstAt: line.time, lines: [] },
      pattern: () => patternOf(template),
    };
    kinds.set(key, known);
    if (line.time < moment) known.kind.before += 1;
    else {
      known.kind.after += 1;
      known.kind.lines.push(line);
    }
  }
  return [...kinds.values()]
    .map(({ kind, pattern }) => ({
      ...kind,
      pattern: pattern(),
      surprise: surprise(
        { count: kind.before, seconds: seconds.before },
        { count: kind.after, seconds: seconds.after },
      ),
    }))
    .sort((a, b) => b.surprise - a.surprise);
};

/** The statements that lines complain of, the one that cost most time first. */
export const slowStatements = (lines: readonly LogLine[]): Omit<SlowStatement, 'cite'>[] => {
  const found = new Map<string, Omit<SlowStatement, 'cite'> & { totalMs: number }>();
  for (const line of lines) {
    const { statement, durationMs, service } = line;
    if (typeof statement !== 'string' || typeof durationMs !== 'number') continue;
    const one = found.get(statement) ?? { service, statement, count: 0, meanMs: 0, totalMs: 0 };
    found.set(statement, one);
    one.count += 1;
    one.totalMs += durationMs;
    one.meanMs = one.totalMs / one.count;
  }
  return [...found.values()].sort((a, b) => b.totalMs - a.totalMs).map(({ totalMs: _, ...one }) => one);
};

const kindLine = ({ service, level, pattern, before, after }: Kind): string =>
  `${level} ${service}: ${trim(pattern, 300)} (${before} before, ${after} since)`;

const sample = (lines: readonly LogLine[]): LogLine[] => {
  const step = Math.max(1, Math.floor(lines.length / SAMPLE_LINES));
  return lines.filter((_, index) => index % step === 0).slice(0, SAMPLE_LINES);
};

const collect = async ({ monitor }: Case, from: number): Promise<LogLine[]> => {
  const answers = await Promise.all(['warn', 'error'].map((level) => monitor.logs({ from, level, limit: MOST_LINES })));
  const seen = new Set<string>();
  return answers
    .flatMap(({ lines }) => lines)
    .filter((line) => {
      const key = JSON.stringify(line);
      return !seen.has(key) && seen.add(key) !== undefined;
    })
    .sort((a, b) => a.time - b.time);
};

/** What the services complain of since it began that they did not before, or not so often. */
export const readLogs = async (
  work: Case,
  lane: Lane,
  onset: Onset,
): Promise<{ logs: LogShift[]; slow: SlowStatement[] }> => {
  lane.status('running', 'What do the services complain of since then?');
  const from = Math.max(onset.since, onset.at - CALM_MS);
  const moment = onset.at - EDGE_MS;
  const found = await lane.use(
    'mine_templates',
    'Which kinds of warnings and errors are new, or come more often?',
    { from: clock(from), moment: clock(moment) },
    async () => {
      const lines = await collect(work, from);
      const kinds = kindsOf(lines, moment);
      return {
        value: { kinds, lines },
        says: `${count(lines.length)} lines of ${kinds.length} kinds`,
        lines: kinds.map(kindLine),
      };
    },
  );
  if (found === undefined) return { logs: [], slow: [] };
  const { kinds } = found.value;
  const noise = kinds.find(({ before, surprise: surprising }) => before > 0 && surprising < SURPRISING);
  if (noise !== undefined) {
    lane.thought(`“${trim(noise.pattern, 120)}” of ${noise.service} came as often before: not related.`);
  }
  const logs = kinds
    .filter(({ after, before, surprise: surprising }) => after > 0 && (surprising > SURPRISING || before === 0))
    .map((kind): LogShift => {
      const { service, level, pattern, before, after, firstAt, lines } = kind;
      const cite = lane.evidence(found, kindLine(kind), () => ({
        type: 'log',
        source: service,
        severity: level === 'error' ? 'high' : 'medium',
        summary: `${service} logs “${trim(pattern, 160)}” ${after} times since ${clock(onset.at)}, ${before} times before`,
        data: {
          kind: 'log',
          lines: sample(lines).map((line) => ({
            timestamp: new Date(line.time).toISOString(),
            level: line.level,
            text: lineText(line),
          })),
        },
      }));
      return {
        service,
        level,
        pattern,
        before,
        after,
        firstAt,
        fields: fieldsOf(lines[0] ?? { time: 0, level, service, msg: pattern }),
        cite,
      };
    });
  const fresh = logs.slice(0, 3);
  lane.finding(
    fresh.length === 0
      ? 'No kind of warning or error is new or more frequent since it began.'
      : `New or more frequent since it began: ${fresh.map(({ pattern, service }) => `“${trim(pattern, 100)}” (${service})`).join(', ')}.`,
    fresh.map(({ cite }) => cite()),
  );
  const slow = await readSlowStatements(work, lane, onset);
  return { logs, slow };
};

/** Slow statements are looked for apart: they are warnings in one shop and plain lines in another. */
const readSlowStatements = async ({ monitor }: Case, lane: Lane, onset: Onset): Promise<SlowStatement[]> => {
  const found = await lane.use(
    'slow_statements',
    'Which statements do the services call slow?',
    { since: clock(onset.at) },
    async () => {
      const { lines } = await monitor.logs({ from: onset.at - EDGE_MS, contains: 'statement', limit: MOST_LINES });
      const value = slowStatements(lines);
      return {
        value,
        says: value.length === 0 ? 'none' : `${value.length}, the worst ${duration(value[0]?.meanMs ?? 0)} on average`,
        lines: value.map(
          ({ service, statement, count: times, meanMs }) => `${service}: ${duration(meanMs)} × ${times}: ${statement}`,
        ),
      };
    },
  );
  return (found?.value ?? []).map((slow) => ({
    ...slow,
    cite: lane.evidence(
      found ?? { value: [], output: '', tool: '', again: async () => undefined },
      slow.statement.slice(0, 60),
      () => ({
        type: 'log',
        source: slow.service,
        severity: 'high',
        summary: `${slow.service} takes ${duration(slow.meanMs)} on average for one statement, ${slow.count} times since it began`,
        data: { kind: 'query', statement: slow.statement },
      }),
    ),
  }));
};
