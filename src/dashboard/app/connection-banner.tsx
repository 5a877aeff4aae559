import { CloudOff } from 'lucide-react';
import { useConnection, useRelay } from '../relay/relay-provider.tsx';
import { Button } from '../ui/button.tsx';
import { useNow } from '../ui/ticker.ts';
import { Time } from '../ui/time.tsx';
import { connectionTrouble } from './connection-look.ts';

export const ConnectionBanner = () => {
  const connection = useConnection();
  const { reconnect } = useRelay();
  const down = connection.state === 'reconnecting' || connection.state === 'offline';
  const trouble = connectionTrouble(connection, useNow(down));
  if (trouble === null) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b bg-warn-soft px-4 py-1.5 text-sm text-warn">
      <CloudOff />
      <p role="alert" className="wrap-anywhere min-w-0 flex-1">
        <span className="font-medium">{trouble.what}.</span> What you see may be old
        {trouble.since === null ? (
          '.'
        ) : (
          <>
            {' '}
            since <Time at={trouble.since} />; trying again by itself.
          </>
        )}
      </p>
      <Button size="sm" onClick={reconnect}>
        Connect now
      </Button>
    </div>
  );
};
