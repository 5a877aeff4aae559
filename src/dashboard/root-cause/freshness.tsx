import { clsx } from 'clsx';
import { Clock } from 'lucide-react';
import type { RootCause } from '../../incident/state.ts';
import { CheckAgain } from '../lib/check-again.tsx';
import { weakestSupport } from '../lib/weakest-support.ts';
import { useEvidenceById } from '../store/use-investigation.ts';
import { useNow } from '../ui/ticker.ts';
import { Time } from '../ui/time.tsx';

/** Evidence older than this may tell of what is no longer so. */
const STALE_FROM_MS = 10 * 60_000;

/** How old the oldest of what the verdict rests on is, and the way to have it looked at again. */
export const Freshness = ({ incidentId, cause }: { incidentId: string; cause: RootCause }) => {
  const byId = useEvidenceById(incidentId);
  const weakest = weakestSupport(
    [...cause.evidenceIds, ...cause.causalChain.flatMap(({ evidenceIds = [] }) => evidenceIds)],
    byId,
  );
  const now = useNow(weakest !== undefined);
  if (weakest === undefined) return null;
  const isStale = now - weakest.at > STALE_FROM_MS;
  return (
    <div className={clsx('mt-1.5 flex items-center gap-1.5 text-xs', isStale ? 'text-warn' : 'text-muted')}>
      <Clock className="size-3!" aria-hidden="true" />
      <span>
        Weakest support {weakest.label}, <Time at={weakest.at} format="relative" />
      </span>
      <CheckAgain incidentId={incidentId} item={weakest} shortcut="r" />
    </div>
  );
};
