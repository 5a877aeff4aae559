import { clsx } from 'clsx';
import { Row, Specimen } from './specimen.tsx';

const grounds = [
  'bg-canvas',
  'bg-surface',
  'bg-raised',
  'bg-sunken',
  'bg-hover',
  'bg-selected',
  'bg-field',
  'bg-accent-strong',
  'bg-accent-soft',
  'bg-good-soft',
  'bg-warn-soft',
  'bg-bad-soft',
  'bg-critical-soft',
  'bg-high-soft',
  'bg-medium-soft',
  'bg-low-soft',
];
const inks = [
  'text-ink',
  'text-muted',
  'text-faint',
  'text-accent',
  'text-good',
  'text-warn',
  'text-bad',
  'text-critical',
  'text-high',
  'text-medium',
  'text-low',
  'text-info',
];
const sizes = ['text-2xs', 'text-xs', 'text-sm', 'text-base', 'text-lg', 'text-xl'];
const radii = ['rounded-sm', 'rounded-md', 'rounded-lg', 'rounded-xl', 'rounded-full'];
const heights = ['h-row', 'h-control-sm', 'h-control', 'h-touch-sm', 'h-touch', 'h-bar'];
const lines = ['border-line', 'border-line-strong', 'border-control', 'border-accent'];

const Name = ({ children }: { children: string }) => <code className="font-mono text-2xs text-muted">{children}</code>;

export const Tokens = () => (
  <>
    <Specimen title="Colour" note="contrast is tested in theme.test.ts">
      <Row name="Grounds">
        {grounds.map((name) => (
          <span key={name} className="flex flex-col items-start gap-1">
            <span className={clsx('block h-9 w-24 rounded-md border border-line-strong', name)} />
            <Name>{name}</Name>
          </span>
        ))}
      </Row>
      <Row name="Text">
        {inks.map((name) => (
          <span key={name} className={clsx('text-sm', name)}>
            {name.replace('text-', '')}
          </span>
        ))}
      </Row>
      <Row name="Lines">
        {lines.map((name) => (
          <span key={name} className={clsx('rounded-md border px-3 py-1.5', name)}>
            <Name>{name}</Name>
          </span>
        ))}
      </Row>
    </Specimen>
    <Specimen title="Type">
      {sizes.map((name) => (
        <Row key={name} name={name}>
          <span className={clsx('text-ink', name)}>Checkout p99 latency above 2 s</span>
          <span className={clsx('tabular text-muted', name)}>14:27:08 · 1,284 · 0.94</span>
          <span className={clsx('font-mono text-muted', name)}>{'seq >= 1284'}</span>
        </Row>
      ))}
    </Specimen>
    <Specimen title="Space, radius and motion">
      <Row name="Heights">
        {heights.map((name) => (
          <span key={name} className={clsx('flex items-center rounded-sm border border-line-strong px-2', name)}>
            <Name>{name}</Name>
          </span>
        ))}
      </Row>
      <Row name="Radii">
        {radii.map((name) => (
          <span key={name} className={clsx('border border-line-strong bg-raised px-3 py-2', name)}>
            <Name>{name}</Name>
          </span>
        ))}
      </Row>
      <Row name="Motion">
        <span className="flex items-center gap-2 text-muted text-sm">
          <span className="block size-3 animate-breathe rounded-full bg-accent" /> for what is running, and nothing
          else; 100 ms for what somebody did, 160 ms for what comes by itself; none where the system asks for less
        </span>
      </Row>
    </Specimen>
  </>
);
