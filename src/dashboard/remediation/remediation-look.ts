import type { RemediationStatus, StepStatus } from '../../protocol/values.ts';
import type { Tone } from '../ui/badge.tsx';
import type { DotShape } from '../ui/status-dot.tsx';

type Look = { label: string; tone: Tone; shape: DotShape; running: boolean };

export const planLooks: Record<RemediationStatus, Look> = {
  proposed: { label: 'Awaiting approval', tone: 'warn', shape: 'diamond', running: false },
  approved: { label: 'Approved', tone: 'good', shape: 'check', running: false },
  executing: { label: 'Executing', tone: 'accent', shape: 'half', running: true },
  executed: { label: 'Executed', tone: 'good', shape: 'check', running: false },
  rejected: { label: 'Rejected', tone: 'bad', shape: 'cross', running: false },
  failed: { label: 'Failed', tone: 'bad', shape: 'cross', running: false },
  expired: { label: 'Expired', tone: 'neutral', shape: 'dash', running: false },
};

export const stepLooks: Record<StepStatus, Look> = {
  pending: { label: 'Queued', tone: 'neutral', shape: 'ring', running: false },
  running: { label: 'Running', tone: 'accent', shape: 'half', running: true },
  completed: { label: 'Done', tone: 'good', shape: 'check', running: false },
  failed: { label: 'Failed', tone: 'bad', shape: 'cross', running: false },
  skipped: { label: 'Skipped', tone: 'neutral', shape: 'dash', running: false },
};

/** `sha256:9f2c…41ab` */
export const shortDigest = (digest: string): string => {
  const [, algorithm, hex] = /^([^:]*):(.*)$/.exec(digest) ?? [undefined, '', digest];
  const short = hex !== undefined && hex.length > 12 ? `${hex.slice(0, 4)}…${hex.slice(-4)}` : hex;
  return algorithm === '' ? `${short}` : `${algorithm}:${short}`;
};
