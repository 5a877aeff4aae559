import { ShieldCheck } from 'lucide-react';
import type { Tone } from '../ui/badge.tsx';
import { ProgressMeter } from '../ui/progress-meter.tsx';
import { type DotShape, StatusDot } from '../ui/status-dot.tsx';

const lines: readonly { at: string; who: string; what: string; tone: Tone; shape: DotShape }[] = [
  {
    at: '+2 s',
    who: 'Triage',
    what: 'Checkout is slow; the database and the last deploys are suspects',
    tone: 'good',
    shape: 'check',
  },
  {
    at: '+9 s',
    who: 'Metrics',
    what: 'p99 rose from 90 ms to 2.1 s within one minute',
    tone: 'accent',
    shape: 'diamond',
  },
  {
    at: '+25 s',
    who: 'Database',
    what: 'The orders query scans 1.8 M rows; its index is gone',
    tone: 'accent',
    shape: 'diamond',
  },
  {
    at: '+46 s',
    who: 'Changes',
    what: 'A migration ran two seconds before the onset',
    tone: 'accent',
    shape: 'diamond',
  },
];

/** What the product does, at a glance; an example, and marked as one. */
export const SignInPicture = () => (
  <div aria-hidden="true" className="hidden items-center justify-center overflow-hidden p-12 lg:flex">
    <div className="w-full max-w-xl">
      <p className="mb-3 text-faint text-xs">An example</p>
      <div className="rounded-xl border border-line bg-surface shadow-overlay">
        <ul className="flex flex-col gap-3 p-5">
          {lines.map((line) => (
            <li key={line.at} className="grid grid-cols-[3rem_1.25rem_5rem_1fr] items-start text-sm">
              <span className="pt-px font-mono text-faint text-xs">{line.at}</span>
              <StatusDot tone={line.tone} shape={line.shape} className="mt-1" />
              <span className="text-muted">{line.who}</span>
              <span className="text-ink">{line.what}</span>
            </li>
          ))}
        </ul>
        <div className="flex items-center justify-between gap-4 border-line border-t px-5 py-4 text-sm">
          <span className="font-medium text-ink">A migration dropped the index under the checkout query</span>
          <ProgressMeter label="Confidence" value={0.94} tone="good" />
        </div>
        <div className="flex items-center gap-2 border-line border-t px-5 py-4 text-muted text-sm">
          <ShieldCheck className="text-accent" />
          Recreate the index. Nothing runs until an admin approves it.
        </div>
      </div>
    </div>
  </div>
);
