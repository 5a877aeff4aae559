import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { confidenceFigure, confidenceInWords } from '../../../incident/confidence.ts';
import type { EvidenceItem } from '../../../incident/state.ts';
import type { IncidentDetail } from '../../../protocol/api.ts';
import { agentLook } from '../../agents/agent-look.ts';
import { MetricChart } from '../../evidence/metric-chart.tsx';
import { hypothesisLooks, rankHypotheses } from '../../hypotheses/hypothesis-look.ts';
import { type PhaseState, phasesOf } from '../../investigation/phases.ts';
import { summarize } from '../../investigation/summarize.ts';
import { Deadline } from '../../lib/deadline.tsx';
import { toOneLine } from '../../lib/plain-text.ts';
import { SeverityBadge } from '../../lib/severity-badge.tsx';
import { useConnection } from '../../relay/relay-provider.tsx';
import { planLooks } from '../../remediation/remediation-look.ts';
import { useFeed } from '../../store/use-investigation.ts';
import { Duration } from '../../ui/duration.tsx';
import { zoneName } from '../../ui/format-time.ts';
import { StatusDot } from '../../ui/status-dot.tsx';
import { useNow } from '../../ui/ticker.ts';
import { Time } from '../../ui/time.tsx';
import { useZone } from '../../ui/time-zone.ts';
import { connectionLook } from '../connection-look.ts';
import { latestFindings } from './latest-findings.ts';

const HYPOTHESES = 4;
const FINDINGS = 4;

const phaseTones: Record<PhaseState, string> = {
  done: 'text-good',
  current: 'text-ink font-semibold',
  upcoming: 'text-faint',
  failed: 'text-bad',
  skipped: 'text-faint',
};

const Block = ({ name, className, children }: { name: string; className?: string; children: ReactNode }) => (
  <section aria-label={name} className={clsx('flex min-h-0 min-w-0 flex-col gap-[0.4em] overflow-hidden', className)}>
    <h2 className="text-[0.62em] text-faint">{name}</h2>
    {children}
  </section>
);

const Answer = ({ question, text }: { question: string; text: string }) => (
  <Block name={question}>
    <p className="wrap-anywhere line-clamp-4 text-pretty text-[1.05em] text-ink leading-[1.3]">{text}</p>
  </Block>
);

const CHART_PX = 170;

/** The newest thing measured: what was broken, and whether it recovers. Only where the screen has the room. */
const Chart = ({ evidence }: { evidence: readonly EvidenceItem[] }) => {
  const item = evidence.findLast(({ data }) => data?.kind === 'metric');
  if (item?.data?.kind !== 'metric') return null;
  return (
    <Block name={toOneLine(item.summary, 120)} className="shrink-0 border-line border-t pt-[0.8em] max-[60rem]:hidden">
      <MetricChart metric={item.data} height={CHART_PX} />
    </Block>
  );
};

const Clock = () => {
  const now = useNow();
  const zone = useZone();
  return (
    <span className="tabular text-muted">
      <Time at={now} /> {zoneName(zone)}
    </span>
  );
};

type WallProps = {
  incidentId: string;
  incident: IncidentDetail | undefined;
  /** Why nothing is known of it. */
  problem: string | null;
};

/** Sized by the screen: it is read from across a room, and nobody scrolls it. */
export const Wall = ({ incidentId, incident, problem }: WallProps) => {
  const { chronicle } = useFeed(incidentId);
  const connection = useConnection();
  const { investigation } = chronicle;
  const { agents, hypotheses, rootCause, remediations, startedAt, endedAt } = investigation;
  const summary = summarize(investigation, incident?.description ?? '');
  const plan = remediations.at(-1);
  const look = connectionLook(connection);
  const findings = latestFindings(chronicle, FINDINGS);
  const opened = startedAt ?? incident?.createdAt;
  return (
    <main className="flex h-dvh flex-col gap-[1em] overflow-hidden bg-canvas p-[1.4em] text-[clamp(0.95rem,1.55vw,2.6rem)] leading-[1.35]">
      <header className="flex flex-wrap items-center gap-x-[0.7em] gap-y-[0.2em]">
        {incident !== undefined && (
          <span className="[zoom:1.5]">
            <SeverityBadge severity={incident.severity} />
          </span>
        )}
        <h1 className="wrap-anywhere line-clamp-2 min-w-0 flex-1 font-semibold text-[1.5em] text-ink leading-[1.2]">
          {problem !== null && incident === undefined ? problem : toOneLine(incident?.title ?? 'Incident', 200)}
        </h1>
        <span className="flex items-center gap-[0.8em] text-[0.8em]">
          {opened !== undefined && (
            <span className="tabular text-muted">
              {endedAt === null ? 'elapsed ' : 'took '}
              <Duration from={opened} to={endedAt} className="font-semibold text-ink" />
            </span>
          )}
          <Clock />
          <span role="status" aria-label="Connection" className="flex items-center gap-[0.4em] text-muted">
            <StatusDot tone={look.tone} shape={look.shape} running={look.running} />
            {look.text}
          </span>
        </span>
      </header>
      <ol
        aria-label="Phases"
        className="flex flex-wrap gap-x-[1.4em] border-line border-b pb-[0.5em] text-[0.85em] [&_svg]:size-[0.75em]"
      >
        {phasesOf(investigation).map(({ name, state, from, to }) => (
          <li
            key={name}
            aria-current={state === 'current' ? 'step' : undefined}
            className={clsx('flex items-center gap-[0.4em]', phaseTones[state])}
          >
            <StatusDot
              shape={state === 'done' ? 'check' : state === 'current' ? 'half' : state === 'failed' ? 'cross' : 'ring'}
              tone={state === 'done' ? 'good' : state === 'current' ? 'accent' : state === 'failed' ? 'bad' : 'neutral'}
            />
            {name}
            {from !== null && state !== 'upcoming' && state !== 'skipped' && (to !== null || state === 'current') && (
              <Duration from={from} to={to} className="text-[0.85em] text-faint" />
            )}
          </li>
        ))}
      </ol>
      <div className="grid gap-[1.4em] md:grid-cols-3">
        <Answer question="What is going on" text={summary.goingOn} />
        <Answer question="What caused it" text={summary.cause} />
        <Answer question="What can be done" text={summary.next} />
      </div>
      <div className="grid min-h-0 flex-1 gap-[1.4em] overflow-hidden border-line border-t pt-[0.8em] md:grid-cols-[1fr_1.3fr_1.3fr]">
        <Block name="Agents">
          <ul className="flex flex-col gap-[0.35em] text-[0.85em] [&_svg]:size-[0.75em]">
            {[...agents.values()].map((agent) => {
              const { shape, tone, running, label } = agentLook(agent);
              return (
                <li key={agent.name} className="flex items-center gap-[0.5em]">
                  <StatusDot shape={shape} tone={tone} running={running} />
                  <span className="min-w-0 flex-1 truncate text-ink">{toOneLine(agent.name, 40)}</span>
                  <span className="text-muted">{label}</span>
                  {agent.startedAt !== null && (
                    <Duration from={agent.startedAt} to={agent.endedAt} className="text-faint" />
                  )}
                </li>
              );
            })}
          </ul>
        </Block>
        <Block name="Hypotheses">
          <ul className="flex flex-col gap-[0.45em] text-[0.85em] [&_svg]:size-[0.75em]">
            {rankHypotheses(hypotheses)
              .slice(0, HYPOTHESES)
              .map(({ hypothesisId, statement, status, confidence }) => (
                <li key={hypothesisId} className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-start gap-x-[0.5em]">
                  <span className="flex h-[1.35em] items-center">
                    <StatusDot
                      shape={hypothesisLooks[status].shape}
                      tone={hypothesisLooks[status].tone}
                      label={hypothesisLooks[status].label}
                    />
                  </span>
                  <span className={clsx('line-clamp-2', status === 'refuted' ? 'text-faint line-through' : 'text-ink')}>
                    {toOneLine(statement, 160)}
                  </span>
                  <span className="tabular text-muted">{confidenceFigure(confidence)}</span>
                </li>
              ))}
          </ul>
          {rootCause !== null && (
            <p className="tabular text-[0.75em] text-muted">
              {confidenceInWords(rootCause.confidence)} · {confidenceFigure(rootCause.confidence)}
            </p>
          )}
        </Block>
        <Block name={plan === undefined ? 'Latest findings' : 'Remediation'}>
          {plan !== undefined && (
            <div className="flex flex-col gap-[0.3em]">
              <p className="line-clamp-2 font-medium text-ink">{toOneLine(plan.title, 160)}</p>
              <p className="flex items-center gap-[0.6em] text-[0.8em] text-muted">
                {planLooks[plan.status].label}
                {plan.status === 'proposed' && plan.requiresApproval && <Deadline until={plan.expiresAt} />}
              </p>
            </div>
          )}
          <ul className="flex min-h-0 flex-col gap-[0.4em] overflow-hidden text-[0.85em]">
            {findings.map(({ id, at, text, agent }) => (
              <li key={id} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-[0.6em]">
                <Time at={at} className="font-mono text-[0.8em] text-faint" />
                <span className="line-clamp-2 text-muted">
                  <span className="text-faint">{toOneLine(agent, 30)}</span> {text}
                </span>
              </li>
            ))}
          </ul>
        </Block>
      </div>
      <Chart evidence={investigation.evidence} />
    </main>
  );
};
