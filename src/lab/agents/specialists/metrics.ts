import { findShift } from '../analysis/change-point.ts';
import type { Case } from '../case.ts';
import type { Onset, SeriesShift } from '../facts.ts';
import type { Lane } from '../lane.ts';
import { seriesName, unitOf, valueWords } from '../metric-words.ts';
import type { Graph } from '../tools/monitor.ts';
import { clock, count } from '../words.ts';

/** How much calm before the onset a series is compared with. */
const CALM_MS = 120_000;
const AT_ONCE = 6;
/** Of one label; more are a matter of names, not of kinds. */
const MOST_VALUES = 12;
/** As many as a tool's output holds: on a busy machine much moves, and what matters must not be cut off for it. */
const MOST_SHOWN = 56;

type Catalog = Awaited<ReturnType<Case['monitor']['catalog']>>;
type Wanted = { metric: string; operation: string; where: Record<string, string>; by: string | undefined };

/** Says what runs or since when, not how it does. */
const SAYS_NOTHING = new Set(['build_info', 'up', 'process_start_time_seconds', 'process_memory_limit_bytes']);

const operationsOf = (type: string): readonly string[] =>
  type === 'histogram' ? ['mean', 'rate'] : type === 'counter' ? ['rate'] : ['value'];

type Selection = { where: Record<string, string>; by: string | undefined };

const valuesOf = (labels: Record<string, string[]>, name: string): string[] =>
  (labels[name] ?? []).slice(0, MOST_VALUES);

/** Each connection of the graph by the metric's last label; a metric of calls has one series for each of them. */
const ofConnections = (graph: Graph, by: string | undefined): Selection[] =>
  graph.services.flatMap(({ name: service, dependsOn }) =>
    [...new Set(dependsOn.map(({ service: to }) => to))].map((to) => ({ where: { service, to }, by })),
  );

/** Each service by each other label: not every combination of all of them, most of which there are not. */
const selections = (labels: Record<string, string[]>, graph: Graph | undefined): Selection[] => {
  const others = Object.keys(labels).filter((name) => name !== 'service');
  if (graph !== undefined && labels.service !== undefined && labels.to !== undefined) {
    return ofConnections(
      graph,
      others.find((name) => name !== 'to'),
    );
  }
  const services = labels.service === undefined ? [{}] : valuesOf(labels, 'service').map((service) => ({ service }));
  const bys = others.length === 0 ? [undefined] : others;
  if (others.length === 0 && labels.service !== undefined) return [{ where: {}, by: 'service' }];
  return services.flatMap((where) => bys.map((by) => ({ where, by })));
};

/** What to ask for, from what there is. */
export const wantedFrom = (catalog: Catalog, graph: Graph | undefined): Wanted[] =>
  catalog
    .filter(({ name }) => !SAYS_NOTHING.has(name))
    .flatMap(({ name, type, labels }) =>
      operationsOf(type).flatMap((operation) =>
        selections(labels, graph).map(({ where, by }) => ({ metric: name, operation, where, by })),
      ),
    );

const inTurns = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  }
  return results;
};

type Found = Omit<SeriesShift, 'cite'>;

/** The most moved first; what moved long before the onset comes behind. */
const rank =
  (onset: Onset) =>
  (a: Found, b: Found): number => {
    const weight = ({ score, at }: Found): number =>
      Math.log1p(Math.abs(score)) / (1 + Math.abs(at - onset.at) / 60_000);
    return weight(b) - weight(a);
  };

const shiftLine = ({ metric, operation, labels, at, before, after }: Found): string => {
  const unit = unitOf(metric, operation);
  return `${seriesName(metric, labels)} ${operation}: ${valueWords(before, unit)} → ${valueWords(after, unit)} at ${clock(at)}`;
};

/** Which of all measured series moved when it began. */
export const scanMetrics = async (
  work: Case,
  lane: Lane,
  onset: Onset,
  graph: Graph | undefined,
): Promise<SeriesShift[]> => {
  const { monitor, settings } = work;
  lane.status('running', 'Which measurements moved with it?');
  const from = Math.max(onset.since, onset.at - CALM_MS);
  const windowMs = settings.scrapeEveryMs * 3;
  const found = await lane.use(
    'scan_metrics',
    'Which of all measurements moved when it began?',
    { from: clock(from), onset: clock(onset.at) },
    async () => {
      const wanted = wantedFrom(await monitor.catalog(), graph);
      const series = await inTurns(wanted, async ({ metric, operation, where, by }) => {
        const request = { metric, operation, where, windowMs, from, ...(by === undefined ? {} : { by }) };
        const answers = await monitor.query(request);
        return answers.map(({ labels, points }) => ({ metric, operation, labels: { ...where, ...labels }, points }));
      });
      const all = series.flat();
      const shifts = all.flatMap((one): Found[] => {
        const shift = findShift(one.points);
        return shift === undefined ? [] : [{ ...one, ...shift }];
      });
      shifts.sort(rank(onset));
      const says = `${count(all.length)} series, ${shifts.length} moved`;
      return { value: shifts, says, lines: shifts.slice(0, MOST_SHOWN).map(shiftLine) };
    },
  );
  if (found === undefined) return [];
  const shifts = found.value.slice(0, MOST_SHOWN).map((shift): SeriesShift => {
    const unit = unitOf(shift.metric, shift.operation);
    const cite = lane.evidence(found, shiftLine(shift), () => ({
      type: 'metric',
      source: 'monitor',
      severity: 'medium',
      summary: shiftLine(shift),
      data: {
        kind: 'metric',
        name: `${seriesName(shift.metric, shift.labels)} ${shift.operation}`,
        unit,
        points: [...shift.points.map(([at, value]): [number, number] => [at, value])],
        baseline: shift.before,
        marks: [{ at: onset.at, label: 'began' }],
      },
    }));
    return { ...shift, cite };
  });
  const [first] = shifts;
  if (first === undefined) lane.finding('No other measurement moved with it.', []);
  else {
    const names = shifts.slice(0, 3).map(({ metric, labels }) => seriesName(metric, labels));
    lane.finding(
      `${found.value.length} series moved; most of all ${names.join(', ')}.`,
      shifts.slice(0, 3).map(({ cite }) => cite()),
    );
  }
  return shifts;
};
