import { changeSettings } from '../lib/settings.ts';
import { formatClock, zoneName } from '../ui/format-time.ts';
import { useNow } from '../ui/ticker.ts';
import { useZone } from '../ui/time-zone.ts';
import { Tooltip } from '../ui/tooltip.tsx';

/** The time in the zone that everything is shown in; a press changes the zone. */
export const ZoneClock = () => {
  const zone = useZone();
  const now = useNow();
  const other = zone === 'utc' ? 'local' : 'utc';
  return (
    <Tooltip content={other === 'local' ? 'Show times in your own zone' : 'Show times in UTC'} side="bottom">
      <button
        type="button"
        onClick={() => changeSettings({ zone: other })}
        className="tabular hidden h-7 items-center gap-1.5 rounded-md px-2 text-muted text-xs hover:bg-hover hover:text-ink md:flex"
      >
        {formatClock(now, zone)}
        <span className="text-faint">{zoneName(zone)}</span>
        <span className="sr-only">, the zone of all times. Change to {other === 'utc' ? 'UTC' : 'local time'}</span>
      </button>
    </Tooltip>
  );
};
