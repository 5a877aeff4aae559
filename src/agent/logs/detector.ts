import { isContinuation, type Level, type LogEntry, readLine } from './read-line.ts';
import { SURPRISING, surprise } from './surge.ts';
import { createTemplateMiner, patternOf, type Template } from './template-miner.ts';

type Seen = { at: number; entry: LogEntry };

/** Something in the log that was not so before. */
export type Anomaly = {
  kind: 'new' | 'burst';
  templateId: number;
  pattern: string;
  level: Level;
  /** In the last window, and how many one would expect. */
  count: number;
  expected: number;
  since: number;
  /** The newest entries of it, as they are in the file. */
  lines: LogEntry[];
};

export type DetectorOptions = {
  windowMs?: number;
  /** A burst, and a new kind of error, take at least so many lines: one line is no incident. */
  leastNew?: number;
  leastBurst?: number;
};

type Kind = {
  template: Template;
  level: Level;
  /** Seen at all before the present window, and those of them whose time is known. */
  old: number;
  timed: number;
  firstAt: number;
  /** When those of the present window came, and the newest of them. */
  recent: number[];
  lines: LogEntry[];
  reported: boolean;
};

const KEPT_LINES = 50;
/** A stream of nonsense makes a kind of each line; the oldest of so many are forgotten. */
const MOST_KINDS = 4_000;
const CONTEXT_LINES = 400;
const LEAST_RATIO = 4;
/** Rates of less than this say nothing. */
const LEAST_BASELINE_SECONDS = 5;
const SEVERE: ReadonlySet<Level> = new Set(['warn', 'error']);

/**
 * Learns which kinds of lines a log has and how often they come, and tells what is new among warnings and errors, or
 * comes far more often than before. Each kind is told once. What comes live counts when it arrives: clocks differ.
 */
export const createDetector = ({ windowMs = 10_000, leastNew = 3, leastBurst = 12 }: DetectorOptions = {}) => {
  const miner = createTemplateMiner();
  const kinds = new Map<number, Kind>();
  const context: { seen: Seen; template: Template }[] = [];
  let oldest: number | undefined;
  let newest: number | undefined;
  let liveSince: number | undefined;
  let last: Seen | undefined;

  const take = (line: string, now: number, isOld: boolean): void => {
    if (last !== undefined && isContinuation(line)) {
      last.entry.text += `\n${line}`;
      return;
    }
    const entry = readLine(line);
    if (isOld && entry.at !== undefined) {
      oldest = Math.min(oldest ?? entry.at, entry.at);
      newest = Math.max(newest ?? entry.at, entry.at);
    }
    const seen = { at: now, entry };
    const { template } = miner.add(`${entry.level} ${entry.message}`);
    const kind = kinds.get(template.id) ?? {
      template,
      level: entry.level,
      old: 0,
      timed: 0,
      firstAt: now,
      recent: [],
      lines: [],
      reported: false,
    };
    kinds.set(template.id, kind);
    for (const id of kinds.keys()) {
      if (kinds.size <= MOST_KINDS) break;
      kinds.delete(id);
    }
    if (isOld) {
      kind.old += 1;
      if (entry.at !== undefined) kind.timed += 1;
    } else {
      kind.recent.push(now);
      kind.lines.push(entry);
      if (kind.lines.length > KEPT_LINES) kind.lines.shift();
    }
    context.push({ seen, template });
    if (context.length > CONTEXT_LINES) context.shift();
    last = seen;
  };

  /** What is older than the window becomes part of what is usual. */
  const age = (kind: Kind, until: number): void => {
    const recent = kind.recent.filter((at) => at > until);
    kind.old += kind.recent.length - recent.length;
    kind.timed += kind.recent.length - recent.length;
    kind.recent = recent;
  };

  const baselineSeconds = (begin: number): number =>
    ((newest ?? 0) - (oldest ?? 0) + Math.max(0, begin - (liveSince ?? begin))) / 1000;

  const judge = (kind: Kind, now: number): Anomaly | undefined => {
    const { template, level, old, timed, firstAt, recent } = kind;
    const count = recent.length;
    const begin = now - windowMs;
    const before = { count: timed, seconds: baselineSeconds(begin) };
    const expected = before.seconds === 0 ? 0 : (before.count * windowMs) / 1000 / before.seconds;
    const isNew = old === 0 && SEVERE.has(level) && count >= (level === 'error' ? leastNew : leastBurst);
    const isBurst =
      old > 0 &&
      before.seconds >= LEAST_BASELINE_SECONDS &&
      count >= leastBurst &&
      count > LEAST_RATIO * expected &&
      surprise(before, { count, seconds: windowMs / 1000 }) > (SEVERE.has(level) ? 2 : 6) * SURPRISING;
    if (!isNew && !isBurst) return undefined;
    return {
      kind: isNew ? 'new' : 'burst',
      templateId: template.id,
      pattern: patternOf(template),
      level,
      count,
      expected,
      since: isNew ? firstAt : (recent[0] ?? begin),
      lines: [...kind.lines],
    };
  };

  const severity = ({ level }: Anomaly): number => (level === 'error' ? 2 : level === 'warn' ? 1 : 0);

  return {
    /** Lines of the file in order; old ones are what is usual, and nothing is told of them. */
    add: (lines: readonly string[], now: number, isOld: boolean): void => {
      if (!isOld) liveSince ??= now;
      for (const line of lines) take(line, now, isOld);
    },
    /** What is not as it was, the worst first. */
    look: (now: number): Anomaly[] => {
      const found: Anomaly[] = [];
      for (const kind of kinds.values()) {
        age(kind, now - windowMs);
        const anomaly = kind.reported ? undefined : judge(kind, now);
        if (anomaly === undefined) continue;
        kind.reported = true;
        found.push(anomaly);
      }
      return found.sort((a, b) => severity(b) - severity(a) || b.count - a.count);
    },
    /** The rare entries up to a moment that are neither warning nor error: what may have set it off, oldest first. */
    rareBefore: (moment: number, withinMs: number): LogEntry[] =>
      context
        .filter(
          ({ seen, template }) =>
            seen.at <= moment && seen.at >= moment - withinMs && template.count <= 2 && !SEVERE.has(seen.entry.level),
        )
        .map(({ seen }) => seen.entry),
  };
};

export type Detector = ReturnType<typeof createDetector>;
