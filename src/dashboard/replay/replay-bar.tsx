import { clsx } from 'clsx';
import { Pause, Play, SkipBack, SkipForward } from 'lucide-react';
import { memo } from 'react';
import { useFeed, useLiveFeed } from '../store/use-investigation.ts';
import { Button } from '../ui/button.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { zoneName } from '../ui/format-time.ts';
import { goingAway } from '../ui/going-away.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu, MenuChoice } from '../ui/menu.tsx';
import { Time } from '../ui/time.tsx';
import { useZone } from '../ui/time-zone.ts';
import { SPEEDS, type Speed, useReplay } from './replay-context.ts';
import { Strip } from './strip.tsx';

const speedOptions = SPEEDS.map((speed) => ({ value: String(speed), label: `${speed}×` }));

const toSpeed = (value: string): Speed => SPEEDS.find((speed) => String(speed) === value) ?? 1;

/** What plays and steps; events that come change nothing of it. */
const Controls = memo(() => {
  const replay = useReplay();
  const { end, playing, speed } = replay;
  return (
    <>
      <IconButton
        label={playing ? 'Pause the replay' : end === null ? 'Replay from the start' : 'Play'}
        icon={playing ? <Pause /> : <Play />}
        onClick={replay.togglePlay}
      />
      {end !== null && (
        <>
          <IconButton
            label="One event back"
            icon={<SkipBack />}
            onClick={() => replay.step(-1)}
            className="max-sm:hidden"
          />
          <IconButton
            label="One event on"
            icon={<SkipForward />}
            onClick={() => replay.step(1)}
            className="max-sm:hidden"
          />
        </>
      )}
      <Menu
        side="top"
        trigger={
          <Button size="sm" variant="ghost" aria-label={`Speed: ${speed}×`} className="tabular px-1.5">
            {speed}×
          </Button>
        }
      >
        <MenuChoice
          label="Speed"
          value={String(speed)}
          onValueChange={(value) => replay.setSpeed(toSpeed(value))}
          options={speedOptions}
        />
      </Menu>
    </>
  );
});

/** Play, step and scrub; and the way back. */
export const ReplayBar = ({ incidentId }: { incidentId: string }) => {
  const { end, recording, backToLive } = useReplay();
  const live = useLiveFeed(incidentId);
  const zone = useZone();
  const { chronicle, status } = useFeed(incidentId);
  const at = chronicle.investigation.lastAt;
  /** What is shown is another moment still. */
  const isComing = end !== null && status === 'loading';
  const behind = end === null ? 0 : live.chronicle.end - end;
  if (live.chronicle.end === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of controls, and no form's fieldset
    <div role="group" aria-label="Replay" className="flex min-w-0 flex-1 items-center gap-1.5">
      <Controls />
      <Strip chronicle={live.chronicle} at={isComing ? null : at} />
      {at !== null && (
        <span
          className={clsx(
            'tabular whitespace-nowrap font-mono',
            isComing ? 'animate-breathe text-faint' : 'text-muted',
          )}
        >
          {isComing && <span className="sr-only">Loading this moment; shown is </span>}
          <Time at={at} /> <span className="text-faint max-sm:hidden">{zoneName(zone)}</span>
        </span>
      )}
      {end !== null && (
        <Button size="sm" variant="primary" onClick={goingAway(backToLive)}>
          {recording ? 'To the end' : 'Back to live'}
          {behind > 0 && <span className="tabular font-normal max-sm:sr-only">{formatNumber(behind)} later</span>}
        </Button>
      )}
    </div>
  );
};
