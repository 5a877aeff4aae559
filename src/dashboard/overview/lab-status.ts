import type { LabStatus } from '../api/lab.ts';
import type { Tone } from '../ui/badge.tsx';
import type { DotShape } from '../ui/status-dot.tsx';

type LabLook = {
  label: string;
  tone: Tone;
  shape: DotShape;
  running: boolean;
  startable: boolean;
  resettable: boolean;
  why: string;
};

/** The demo's state in words; `why` says why no fault can be started now. */
export const labLook: Record<LabStatus['state'], LabLook> = {
  starting: {
    label: 'Starting',
    tone: 'neutral',
    shape: 'half',
    running: true,
    startable: false,
    resettable: false,
    why: 'The demo service is still starting.',
  },
  idle: {
    label: 'Running well',
    tone: 'good',
    shape: 'dot',
    running: false,
    startable: true,
    resettable: true,
    why: '',
  },
  injecting: {
    label: 'Breaking it',
    tone: 'warn',
    shape: 'half',
    running: true,
    startable: false,
    resettable: false,
    why: 'A fault is being started.',
  },
  active: {
    label: 'Fault active',
    tone: 'warn',
    shape: 'diamond',
    running: false,
    startable: false,
    resettable: true,
    why: 'One fault at a time: this one is still active. Reset puts the service back.',
  },
  recovered: {
    label: 'Recovered',
    tone: 'good',
    shape: 'check',
    running: false,
    startable: true,
    resettable: true,
    why: '',
  },
  stopped: {
    label: 'Stopped',
    tone: 'neutral',
    shape: 'dash',
    running: false,
    startable: false,
    resettable: false,
    why: 'The demo service has stopped. Restart the server to run it again.',
  },
};
