import { type ReactNode, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { emptyChronicle } from '../../incident/chronicle.ts';
import { setPast } from '../lib/key-moment.ts';
import { ReadOnlyContext } from '../lib/read-only.ts';
import { useShortcut } from '../lib/use-shortcut.ts';
import { useLiveStore } from '../relay/relay-provider.tsx';
import { MomentContext } from '../store/moment.ts';
import { FrozenNowContext } from '../ui/ticker.ts';
import { type Replay, ReplayContext, type Speed } from './replay-context.ts';
import { createTimeAxis } from './time-axis.ts';
import { useMoment } from './use-moment.ts';
import { type SharedMoment, useSharedMoment } from './use-shared-moment.ts';

type ReplayProviderProps = SharedMoment & { incidentId: string; recording: boolean; children: ReactNode };

/**
 * Lets everything below look at a moment of the past instead of what is live, while the live feed goes on. In the past
 * the clock stands still and nothing can be decided.
 */
export const ReplayProvider = ({ incidentId, recording, at, onAt, children }: ReplayProviderProps) => {
  const store = useLiveStore();
  const [axisOf] = useState(createTimeAxis);
  const [end, setEnd] = useState<number | null>(null);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(1);
  const offset = useRef(0);
  const chronicleNow = useCallback(
    () => store.feed(incidentId)?.chronicle ?? emptyChronicle(incidentId),
    [store, incidentId],
  );

  const backToLive = useCallback(() => {
    setEnd(null);
    setPlaying(false);
  }, []);
  const seek = useCallback(
    (position: number) => {
      const chronicle = chronicleNow();
      if (position >= chronicle.end) return backToLive();
      const next = Math.max(0, Math.floor(position));
      offset.current = axisOf(chronicle).offsetOf(next);
      setEnd(next);
    },
    [chronicleNow, axisOf, backToLive],
  );
  const step = useCallback(
    (by: number) => {
      setPlaying(false);
      seek((end ?? chronicleNow().end) + by);
    },
    [seek, end, chronicleNow],
  );
  const togglePlay = useCallback(() => {
    if (chronicleNow().end === 0) return;
    if (!playing && end === null) seek(0);
    setPlaying(!playing);
  }, [chronicleNow, playing, end, seek]);

  const advance = useEffectEvent((elapsedMs: number) => {
    const chronicle = chronicleNow();
    offset.current += elapsedMs * speed;
    const position = axisOf(chronicle).endAt(offset.current);
    if (position >= chronicle.end) backToLive();
    else setEnd(position);
  });
  useEffect(() => {
    if (!playing) return;
    let before = performance.now();
    let frame = requestAnimationFrame(function draw(now) {
      advance(Math.max(0, now - before));
      before = now;
      frame = requestAnimationFrame(draw);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing]);

  useSharedMoment({ incidentId, at, onAt, end, playing, seek });
  const isPast = end !== null;
  useEffect(() => {
    setPast(isPast);
    return () => setPast(false);
  }, [isPast]);
  useShortcut(' ', togglePlay, { enabled: isPast || recording, inPast: true });
  useShortcut('ArrowLeft', () => step(-1), { enabled: isPast || recording, inPast: true });
  useShortcut('ArrowRight', () => step(1), { enabled: isPast, inPast: true });
  useShortcut(['G', 'End'], backToLive, { enabled: isPast, inPast: true });

  const moment = useMoment(incidentId, end);
  const replay = useMemo<Replay>(
    () => ({ end, playing, speed, recording, axisOf, seek, step, togglePlay, setSpeed, backToLive }),
    [end, playing, speed, recording, axisOf, seek, step, togglePlay, backToLive],
  );
  const lastAt = moment?.chronicle.investigation.lastAt ?? null;
  const [recordedAt, setRecordedAt] = useState<number | null>(null);
  // The clock of a recording stands where the recording ends.
  useEffect(() => {
    if (recording) setRecordedAt(chronicleNow().investigation.lastAt);
  }, [recording, chronicleNow]);
  const readOnly = isPast
    ? 'You are looking at the past; go back to live to decide'
    : recording
      ? 'This is a recording'
      : undefined;
  return (
    <ReplayContext value={replay}>
      <ReadOnlyContext value={readOnly}>
        <FrozenNowContext value={lastAt ?? recordedAt}>
          <MomentContext value={moment}>{children}</MomentContext>
        </FrozenNowContext>
      </ReadOnlyContext>
    </ReplayContext>
  );
};
