import { type IncidentStatus, isOver } from '../../protocol/values.ts';
import type { Tone } from '../ui/badge.tsx';
import type { DotShape } from '../ui/status-dot.tsx';

export const incidentStatuses = [
  'open',
  'triaging',
  'investigating',
  'awaiting_approval',
  'remediating',
  'resolved',
  'closed',
] as const satisfies readonly IncidentStatus[];

type StatusLook = { label: string; tone: Tone; shape: DotShape; running: boolean };

export const incidentStatusLook: Record<IncidentStatus, StatusLook> = {
  open: { label: 'Open', tone: 'neutral', shape: 'ring', running: false },
  triaging: { label: 'Triaging', tone: 'accent', shape: 'half', running: true },
  investigating: { label: 'Investigating', tone: 'accent', shape: 'half', running: true },
  awaiting_approval: { label: 'Awaiting approval', tone: 'warn', shape: 'diamond', running: false },
  remediating: { label: 'Remediating', tone: 'accent', shape: 'half', running: true },
  resolved: { label: 'Resolved', tone: 'good', shape: 'check', running: false },
  closed: { label: 'Closed', tone: 'neutral', shape: 'dash', running: false },
};

/** Not over yet. */
export const isActive = (status: IncidentStatus): boolean => !isOver(status);
