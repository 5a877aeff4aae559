import { UserRoundCheck } from 'lucide-react';
import type { Remediation } from '../../incident/state.ts';
import { useClaim } from '../api/decision-room.ts';
import { useSession } from '../api/session.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { useWhyNot } from '../store/use-capability.ts';
import { useViewers } from '../store/use-investigation.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';

const OPEN: ReadonlySet<Remediation['status']> = new Set(['proposed', 'approved']);

/** Who sees to the decision, so that two do not and nobody thinks that the other does. */
export const Claim = ({ incidentId, plan }: { incidentId: string; plan: Remediation }) => {
  const user = useSession()?.user;
  const viewers = useViewers(incidentId).filter(({ userId }) => userId !== user?.userId);
  const claim = useClaim(plan.remediationId);
  const whyNot = useWhyNot('decision-room');
  if (!OPEN.has(plan.status)) return null;
  const isAdmin = user?.roles.includes('admin') === true;
  const { claimedBy } = plan;
  const isMine = claimedBy !== null && (claimedBy === user?.email || claimedBy === user?.userId);
  const who =
    claimedBy === null ? 'Nobody sees to it yet' : isMine ? 'You see to it' : `${toOneLine(claimedBy, 80)} sees to it`;
  return (
    <div className="flex flex-wrap items-center gap-2 text-muted text-xs">
      <UserRoundCheck className="size-3.5 shrink-0" aria-hidden="true" />
      <span className="wrap-anywhere min-w-0">{who}</span>
      {isAdmin && whyNot === undefined && (
        <>
          {!isMine && (
            <Button size="sm" variant="ghost" busy={claim.isPending} onClick={() => claim.mutate(undefined)}>
              Take it
            </Button>
          )}
          {isMine && (
            <Menu
              trigger={
                <Button size="sm" variant="ghost" busy={claim.isPending}>
                  Hand over…
                </Button>
              }
            >
              {viewers.length === 0 ? (
                <MenuItem onSelect={() => undefined} disabledReason="They have to have this incident open">
                  Nobody else is here
                </MenuItem>
              ) : (
                viewers.map(({ userId, name }) => (
                  <MenuItem key={userId} onSelect={() => claim.mutate(name)}>
                    {toOneLine(name, 80)}
                  </MenuItem>
                ))
              )}
              <MenuSeparator />
              <MenuItem onSelect={() => claim.mutate(null)}>Let go of it</MenuItem>
            </Menu>
          )}
        </>
      )}
      {claim.error !== null && <span className="text-bad">{claim.error.message}</span>}
    </div>
  );
};
