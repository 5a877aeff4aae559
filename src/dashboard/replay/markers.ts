import { type Chronicle, eventAt } from '../../incident/chronicle.ts';
import type { IncidentEvent } from '../../incident/event.ts';

export type MarkerKind = 'finding' | 'hypothesis' | 'cause' | 'decision';
export type Marker = { ordinal: number; kind: MarkerKind; label: string };

const markerOf = (event: IncidentEvent): { kind: MarkerKind; label: string } | undefined => {
  switch (event.method) {
    case 'investigation.progress':
      return event.params.kind === 'finding' ? { kind: 'finding', label: event.params.message } : undefined;
    case 'hypothesis.updated': {
      const { status, statement } = event.params;
      const isTurn = status === 'confirmed' || status === 'refuted';
      return isTurn ? { kind: 'hypothesis', label: `${status}: ${statement}` } : undefined;
    }
    case 'investigation.completed':
      return { kind: 'cause', label: event.params.rootCause };
    case 'investigation.aborted':
      return { kind: 'decision', label: `aborted by ${event.params.by}` };
    case 'remediation.proposed':
      return { kind: 'decision', label: `plan proposed: ${event.params.title}` };
    case 'remediation.approved':
    case 'remediation.rejected':
    case 'remediation.expired':
    case 'remediation.executed':
    case 'remediation.failed': {
      const by = event.params.by === undefined ? '' : ` by ${event.params.by}`;
      return { kind: 'decision', label: `plan ${event.method.slice('remediation.'.length)}${by}` };
    }
    default:
      return undefined;
  }
};

/** More than any line has room for. */
const MOST_MARKERS = 2_000;

const ranks: Record<MarkerKind, number> = { decision: 3, cause: 2, hypothesis: 1, finding: 0 };

/** Every other finding is left out, and where that is not enough every other one of all. */
const fewer = (markers: readonly Marker[]): Marker[] => {
  const kept = markers.filter(({ kind }, index) => ranks[kind] > 0 || index % 2 === 0);
  return kept.length < 0.75 * MOST_MARKERS ? kept : kept.filter((_, index) => index % 2 === 0);
};

/** Findings and decisions as events come, oldest first. Of very many some are left out, findings first. */
export const createMarkers = (): ((chronicle: Chronicle) => readonly Marker[]) => {
  let markers: Marker[] = [];
  let looked = 0;
  let generation = -1;
  let last: readonly Marker[] | undefined;
  return (chronicle) => {
    if (chronicle.generation !== generation || chronicle.end < looked) {
      markers = [];
      looked = chronicle.first;
      generation = chronicle.generation;
      last = undefined;
    }
    for (; looked < chronicle.end; looked += 1) {
      const event = eventAt(chronicle, looked);
      const marker = event === undefined ? undefined : markerOf(event);
      if (marker === undefined) continue;
      markers.push({ ordinal: looked, ...marker });
      if (markers.length > MOST_MARKERS) markers = fewer(markers);
      last = undefined;
    }
    last ??= [...markers];
    return last;
  };
};

/** One marker a place where several would lie on top of each other, the one that says most. */
export const thinned = (
  markers: readonly Marker[],
  offsetOf: (end: number) => number,
  length: number,
  places: number,
): readonly (Marker & { share: number })[] => {
  const byPlace = new Map<number, Marker & { share: number }>();
  for (const marker of markers) {
    const share = length === 0 ? 1 : offsetOf(marker.ordinal + 1) / length;
    const place = Math.round(share * places);
    const there = byPlace.get(place);
    if (there === undefined || ranks[marker.kind] >= ranks[there.kind]) byPlace.set(place, { ...marker, share });
  }
  return [...byPlace.values()];
};
