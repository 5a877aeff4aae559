import { useConnection } from '../relay/relay-provider.tsx';
import { Popover } from '../ui/popover.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { ConnectionDetails } from './connection-details.tsx';
import { connectionLook } from './connection-look.ts';

export const ConnectionStatus = () => {
  const connection = useConnection();
  const { text, tone, shape, running } = connectionLook(connection);
  return (
    <div role="status" aria-label="Connection">
      <Popover
        title="Connection"
        align="end"
        trigger={
          <button
            type="button"
            className="tabular flex h-7 items-center gap-1.5 whitespace-nowrap rounded-md px-2 font-medium text-muted text-xs hover:bg-hover hover:text-ink pointer-coarse:h-9"
          >
            <StatusDot tone={tone} shape={shape} running={running} />
            {text}
          </button>
        }
      >
        <ConnectionDetails />
      </Popover>
    </div>
  );
};
