import { useEffect, useState } from 'react';
import { useLiveFeed } from '../store/use-investigation.ts';
import { announcementOf } from './announce.ts';

/** Says boundaries to screen readers, from the first one that happens while somebody is here. */
export const Announcer = ({ incidentId }: { incidentId: string }) => {
  const { status, chronicle } = useLiveFeed(incidentId);
  const { phase } = chronicle.investigation;
  const text = announcementOf(chronicle.investigation);
  const ready = status === 'ready';
  const [heard, setHeard] = useState<{ phase: string; text: string } | null>(null);
  useEffect(() => {
    if (!ready) return;
    setHeard((before) => {
      if (before === null) return { phase, text: '' };
      return before.phase === phase ? before : { phase, text };
    });
  }, [ready, phase, text]);
  return (
    <div aria-live="polite" className="sr-only">
      {heard?.text}
    </div>
  );
};
