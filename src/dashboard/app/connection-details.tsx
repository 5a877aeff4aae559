import { RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useRelayStatus } from '../api/relay-status.ts';
import { useConnection, useLiveStore, useRelay } from '../relay/relay-provider.tsx';
import { useIsNumbered } from '../store/use-capability.ts';
import { Button } from '../ui/button.tsx';
import { Countdown, Duration } from '../ui/duration.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { Time } from '../ui/time.tsx';

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex items-baseline justify-between gap-3 py-0.5">
    <dt className="text-muted">{name}</dt>
    <dd className="tabular wrap-anywhere text-right text-ink">{children}</dd>
  </div>
);

/** What there is to know about the connection; the figures only while they are true. */
export const ConnectionDetails = () => {
  const connection = useConnection();
  const { reconnect } = useRelay();
  const isNumbered = useIsNumbered();
  const lastEventAt = useStore(useLiveStore(), (state) => state.lastEventAt);
  const status = useRelayStatus();
  return (
    <>
      <dl className="text-xs">
        <Fact name="Server">{location.host}</Fact>
        {status.data !== undefined && (
          <Fact name="Relay">
            {status.data.status} · {status.data.region} · {status.data.version}
          </Fact>
        )}
        {connection.state === 'live' && (
          <>
            <Fact name="Connected for">
              <Duration from={connection.since} />
            </Fact>
            <Fact name="Latency">{connection.latencyMs === null ? 'measuring' : `${connection.latencyMs} ms`}</Fact>
            <Fact name="Last event">
              {lastEventAt === null ? 'none yet' : <Time at={lastEventAt} format="relative" />}
            </Fact>
            <Fact name="Resumes">{connection.resumes}</Fact>
            <Fact name="Events lost">{isNumbered ? connection.lost : 'not known, this relay numbers none'}</Fact>
          </>
        )}
        {connection.state === 'catching-up' && <Fact name="Behind by">{formatNumber(connection.behind)} events</Fact>}
        {connection.state === 'reconnecting' && (
          <>
            <Fact name="Why">{connection.reason}</Fact>
            <Fact name="Tries">{connection.attempt + 1}</Fact>
            <Fact name="Next try in">
              <Countdown until={connection.retryAt} />
            </Fact>
          </>
        )}
        {connection.state === 'stopped' && <Fact name="Why">{connection.reason}</Fact>}
      </dl>
      {connection.state !== 'live' && connection.state !== 'catching-up' && (
        <Button size="sm" icon={<RotateCw />} className="mt-2.5 w-full" onClick={reconnect}>
          Connect now
        </Button>
      )}
    </>
  );
};
