import { KeyRound } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useRenewal, useSession } from '../api/session.ts';
import { renewalTime } from '../lib/renewal-time.ts';
import { Button } from '../ui/button.tsx';
import { onDemand } from '../ui/on-demand.tsx';
import { Time } from '../ui/time.tsx';

const RenewDialog = onDemand(() => import('./renew-dialog.tsx').then((module) => module.RenewDialog));

/** The longest that a browser's timer can wait. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** True from this time on. */
const useIsPast = (at: number | null): boolean => {
  const [past, setPast] = useState<number | null>(null);
  useEffect(() => {
    if (at === null) return;
    let timer: ReturnType<typeof setTimeout>;
    const look = (): void => {
      const left = at - Date.now();
      if (left <= 0) setPast(at);
      else timer = setTimeout(look, Math.min(left, LONGEST_WAIT_MS));
    };
    look();
    return () => clearTimeout(timer);
  }, [at]);
  return at !== null && past === at;
};

/** Renews the demo's session by itself; asks everybody else for a new token in time. */
export const SessionEndBanner = () => {
  const session = useSession();
  const { mutate: renew, isError } = useRenewal();
  const [open, setOpen] = useState(false);
  const endsAt = session?.endsAt ?? null;
  const isDue = useIsPast(endsAt === null ? null : renewalTime(session?.askedAt ?? 0, endsAt));
  const isDemo = session?.mode === 'demo';
  useEffect(() => {
    if (isDue && isDemo) renew(null);
  }, [isDue, isDemo, renew]);
  if (!isDue || endsAt === null || (isDemo && !isError)) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b bg-sunken px-4 py-1.5 text-muted text-sm">
      <KeyRound className="text-faint" />
      <p role="status" aria-label="Sign-in" className="wrap-anywhere min-w-0 flex-1">
        <span className="font-medium text-ink">
          Your sign-in ends at <Time at={endsAt} />.
        </span>{' '}
        Renew it to stay connected; nothing on this page is lost.
      </p>
      <Button size="sm" onClick={() => (isDemo ? renew(null) : setOpen(true))}>
        Renew sign-in
      </Button>
      {open && <RenewDialog onClose={() => setOpen(false)} />}
    </div>
  );
};
