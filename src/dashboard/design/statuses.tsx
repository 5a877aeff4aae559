import { Deadline } from '../lib/deadline.tsx';
import { incidentStatuses } from '../lib/incident-status.ts';
import { IncidentStatusBadge, IncidentStatusText } from '../lib/incident-status-badge.tsx';
import { severities } from '../lib/severity.ts';
import { SeverityBadge } from '../lib/severity-badge.tsx';
import { Alert } from '../ui/alert.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Countdown, Duration } from '../ui/duration.tsx';
import { ProgressMeter } from '../ui/progress-meter.tsx';
import { type DotShape, StatusDot } from '../ui/status-dot.tsx';
import { Time } from '../ui/time.tsx';
import { Row, Specimen } from './specimen.tsx';

const tones: readonly Tone[] = ['neutral', 'accent', 'good', 'warn', 'bad'];
const shapes: readonly DotShape[] = ['dot', 'ring', 'half', 'diamond', 'check', 'cross', 'dash'];

export const Statuses = () => (
  <Specimen title="Status: shape, word and colour">
    <Row name="Shapes">
      {shapes.map((shape) => (
        <span key={shape} className="inline-flex items-center gap-1.5 text-muted text-sm">
          {tones.map((tone) => (
            <StatusDot key={tone} tone={tone} shape={shape} />
          ))}
          {shape}
        </span>
      ))}
      <span className="inline-flex items-center gap-1.5 text-muted text-sm">
        <StatusDot tone="accent" shape="half" running />
        running
      </span>
    </Row>
    <Row name="Severity">
      {severities.map((severity) => (
        <SeverityBadge key={severity} severity={severity} />
      ))}
      {severities.map((severity) => (
        <SeverityBadge key={severity} severity={severity} quiet />
      ))}
    </Row>
    <Row name="Incident">
      {incidentStatuses.map((status) => (
        <IncidentStatusBadge key={status} status={status} />
      ))}
    </Row>
    <Row name="In a row">
      {incidentStatuses.map((status) => (
        <IncidentStatusText key={status} status={status} className="text-muted" />
      ))}
    </Row>
    <Row name="Badges">
      {tones.map((tone) => (
        <Badge key={tone} tone={tone} icon={<StatusDot tone={tone} />}>
          {tone}
        </Badge>
      ))}
    </Row>
    <Row name="Measures">
      {tones.map((tone, index) => (
        <ProgressMeter key={tone} label={`Share, ${tone}`} value={index / 4} tone={tone} />
      ))}
    </Row>
    <Row name="Time">
      <Time at={Date.now() - 41_000} format="relative" />
      <Time at={Date.now()} />
      <Time at={Date.now()} format="date-time" />
      <Duration ms={65_000} />
      <Duration from={Date.now()} />
      <Countdown until={Date.now() + 852_000} />
      <Deadline until={Date.now() + 852_000} />
      <Deadline until={Date.now() - 1} />
      <Deadline until={null} />
    </Row>
    <Alert tone="warn">Something stands in the way, and what can be done about it.</Alert>
    <Alert tone="bad">Something failed, and nothing was changed.</Alert>
  </Specimen>
);
