import { Undo2 } from 'lucide-react';
import type { Remediation } from '../../incident/state.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { PlainText } from '../lib/plain-text-block.tsx';
import { riskLooks } from '../lib/plan-words.ts';
import { Badge } from '../ui/badge.tsx';

export const RiskBadge = ({ plan }: { plan: Remediation }) =>
  plan.risk === null ? (
    <Badge>Risk not stated</Badge>
  ) : (
    <Badge tone={riskLooks[plan.risk].tone}>{riskLooks[plan.risk].label}</Badge>
  );

const hopsOf = (hops: number | undefined): string => {
  if (hops === undefined || hops === 0) return '';
  return ` (${hops} ${hops === 1 ? 'hop' : 'hops'})`;
};

/** What feels it, from the nearest on. */
export const BlastRadius = ({ plan }: { plan: Remediation }) => {
  if (plan.blastRadius.length === 0) return <p className="text-faint text-sm">Not stated.</p>;
  const nearest = [...plan.blastRadius].sort((a, b) => (a.hops ?? 0) - (b.hops ?? 0));
  return (
    <ul className="flex flex-col gap-0.5 text-sm">
      {nearest.map(({ service, hops, impact }) => (
        <li key={service} className="wrap-anywhere">
          <b className="font-semibold text-ink">{toOneLine(service, 80)}</b>
          <span className="text-muted">
            {hopsOf(hops)}
            {impact !== undefined && ` · ${toOneLine(impact, 200)}`}
          </span>
        </li>
      ))}
    </ul>
  );
};

export const Rollback = ({ plan }: { plan: Remediation }) =>
  plan.rollback === null || plan.rollback === '' ? (
    <p className="text-sm text-warn">The agents stated no way back.</p>
  ) : (
    <p className="flex items-start gap-1.5 text-sm">
      <Undo2 className="mt-0.5 size-3.5! text-good" />
      <PlainText text={plan.rollback} most={1_000} className="min-w-0 font-mono text-ink text-xs leading-5" />
    </p>
  );
