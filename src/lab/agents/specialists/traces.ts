import { buildTraces, errorOrigins, flatten, repeatedCalls, type Span, timeSpent } from '../analysis/spans.ts';
import type { Case } from '../case.ts';
import type { ErrorOrigin, Onset, TraceFacts } from '../facts.ts';
import type { Lane } from '../lane.ts';
import type { TraceSpan } from '../tools/monitor.ts';
import { clock, duration } from '../words.ts';

const SLOWEST = 10;
const FAILED = 8;
const TARGETS = ['to', 'peer', 'dependency', 'host'] as const;

type Known = { kind: string; to: string | undefined; says: string };

const textOf = (error: unknown): string =>
  typeof error === 'string'
    ? error
    : error === true
      ? 'failed'
      : error === undefined || error === null || error === false
        ? ''
        : JSON.stringify(error);

const toSpan = (traceId: string, { spanId, parentId, service, name, startMs, durationMs, error }: TraceSpan): Span => ({
  traceId,
  spanId,
  parentId: parentId ?? undefined,
  service,
  name,
  startMs,
  durationMs,
  error: textOf(error) !== '',
});

const knownOf = ({ kind, attributes, error }: TraceSpan): Known => {
  const to = TARGETS.map((name) => attributes[name]).find((value) => typeof value === 'string');
  return { kind, to: typeof to === 'string' ? to : undefined, says: textOf(error) };
};

/** Where slow and failed requests spent their time, and where their errors began. */
export const readTraces = async (work: Case, lane: Lane, onset: Onset): Promise<TraceFacts | undefined> => {
  const { monitor } = work;
  lane.status('running', 'Where do slow and failed requests spend their time?');
  const found = await lane.use(
    'read_traces',
    'What are slow and failed requests made of?',
    { since: clock(onset.at) },
    async () => {
      const [slow, failed] = await Promise.all([
        monitor.traces({ from: onset.at, limit: SLOWEST }),
        monitor.traces({ from: onset.at, onlyErrors: true, limit: FAILED }),
      ]);
      const ids = [...new Set([...slow, ...failed].map(({ traceId }) => traceId))];
      const known = new Map<string, Known>();
      const spans: Span[] = [];
      for (const traceId of ids) {
        for (const span of await monitor.trace(traceId)) {
          spans.push(toSpan(traceId, span));
          known.set(`${traceId} ${span.spanId}`, knownOf(span));
        }
      }
      const roots = buildTraces(spans);
      const of = ({ traceId, spanId }: Span): Known =>
        known.get(`${traceId} ${spanId}`) ?? { kind: '', to: undefined, says: '' };
      const nodes = roots.flatMap(flatten);
      const spent = timeSpent(roots).map((share) => {
        const like = nodes.find(({ span }) => span.service === share.service && span.name === share.name);
        return { ...share, ...(like === undefined ? { kind: '', to: undefined } : of(like.span)) };
      });
      const origins = new Map<string, ErrorOrigin>();
      for (const { span } of errorOrigins(roots)) {
        const { kind, says } = of(span);
        const key = `${span.service} ${span.name}`;
        const origin = origins.get(key) ?? { service: span.service, name: span.name, kind, says, count: 0 };
        origins.set(key, origin);
        origin.count += 1;
      }
      const repeated = repeatedCalls(roots);
      const longest = [...roots].sort((a, b) => b.span.durationMs - a.span.durationMs)[0];
      const value = { spent, origins: [...origins.values()].sort((a, b) => b.count - a.count), repeated, longest };
      const lines = [
        ...spent
          .slice(0, 8)
          .map(
            ({ service, name, share, selfMs, spans: times }) =>
              `${service} ${name}: ${Math.round(share * 100)} % of the time, ${duration(selfMs / Math.max(1, times))} each, ${times} spans`,
          ),
        ...value.origins.map(
          ({ service, name, says, count }) => `error begins in ${service} ${name}: ${says} (${count} traces)`,
        ),
        ...repeated
          .slice(0, 3)
          .map(
            ({ parent, service, name, times, totalMs }) =>
              `${parent.service} ${parent.name} calls ${service} ${name} ${times} times in turn, ${duration(totalMs)}`,
          ),
      ];
      return { value, says: `${roots.length} traces, ${nodes.length} spans`, lines };
    },
  );
  if (found === undefined || found.value.spent.length === 0) {
    lane.finding('No trace of a slow or failed request was kept.', []);
    return undefined;
  }
  const { spent, origins, repeated, longest } = found.value;
  const [most] = spent;
  const cite = lane.evidence(found, `${most?.service ?? ''} ${most?.name ?? ''}`, () => ({
    type: 'log',
    source: 'traces',
    severity: 'medium',
    summary: `${Math.round((most?.share ?? 0) * 100)} % of the time of slow requests is in ${most?.service ?? ''} ${most?.name ?? ''}`,
    ...(longest === undefined
      ? {}
      : {
          data: {
            kind: 'trace' as const,
            spans: flatten(longest)
              .slice(0, 40)
              .map(({ span }) => ({
                name: `${span.service} ${span.name}`,
                startMs: Math.max(0, span.startMs - longest.span.startMs),
                durationMs: span.durationMs,
                ...(span === longest.span ? {} : { parent: `${longest.span.service} ${longest.span.name}` }),
                ...(span.error === true ? { error: true } : {}),
              })),
          },
        }),
  }));
  const [origin] = origins;
  lane.finding(
    `${Math.round((most?.share ?? 0) * 100)} % of their time is in ${most?.service ?? ''} ${most?.name ?? ''}` +
      (origin === undefined
        ? '.'
        : `; errors begin in ${origin.service} ${origin.name}${origin.says === '' ? '' : `: ${origin.says}`}.`),
    [cite()],
  );
  const [many] = repeated;
  if (many !== undefined)
    lane.finding(
      `${many.parent.service} ${many.parent.name} asks ${many.service} ${many.name} ${many.times} times, one after the other.`,
      [cite()],
    );
  return { spent, origins, cite };
};
