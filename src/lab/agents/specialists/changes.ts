import type { Case } from '../case.ts';
import type { Candidate, Onset } from '../facts.ts';
import type { Lane } from '../lane.ts';
import type { Change } from '../tools/platform.ts';
import { clock, lead, trim } from '../words.ts';

const LOOK_BACK_MS = 12 * 60_000;
/** The onset is read from scrapes: a change up to this long after it may still be its cause. */
const TOLERANCE_SCRAPES = 3;

export const changeLabel = ({ kind, service, title, before, after }: Change): string => {
  const step = before === undefined || before === null ? '' : `: ${before} → ${after ?? ''}`;
  return `${kind} ${title === service ? service : `${service} ${title}`}${step}`;
};

const changeLine = (change: Change): string =>
  `${clock(Date.parse(change.at))} ${changeLabel(change)} by ${change.author} ${typeof change.statement === 'string' ? trim(change.statement.replaceAll('\n', ' '), 200) : ''}`.trim();

const diffOf = (change: Change): { path: string; unified: string } => {
  if (typeof change.statement === 'string') {
    const added = change.statement.split('\n').map((line) => `+${line}`);
    const path = `${change.kind}/${change.title}`;
    return { path, unified: ['--- /dev/null', `+++ b/${path}`, `@@ -0,0 +1,${added.length} @@`, ...added].join('\n') };
  }
  const path = `${change.kind}/${change.service}`;
  return {
    path,
    unified: [
      `--- a/${path}`,
      `+++ b/${path}`,
      '@@ -1 +1 @@',
      `-${change.title}: ${change.before ?? ''}`,
      `+${change.title}: ${change.after ?? ''}`,
    ].join('\n'),
  };
};

/** What was changed before the onset, the nearest first. What the lab's agents did themselves counts like any other. */
export const readChanges = async (work: Case, lane: Lane, onset: Onset): Promise<Candidate[]> => {
  const { platform, settings } = work;
  lane.status('running', 'What was changed before it began?');
  const from = onset.at - LOOK_BACK_MS;
  const to = onset.isAssumed ? Date.now() : onset.at + TOLERANCE_SCRAPES * settings.scrapeEveryMs;
  const found = await lane.use(
    'list_changes',
    'Deploys, migrations, settings and jobs before it began',
    { from: clock(from), to: clock(to) },
    async () => {
      const value = await platform.changes(from, to);
      return { value, says: value.length === 0 ? 'none' : `${value.length} changes`, lines: value.map(changeLine) };
    },
  );
  if (found === undefined) return [];
  const candidates = found.value
    .map((change): Candidate => {
      const at = Date.parse(change.at);
      const cite = lane.evidence(found, changeLine(change), () => ({
        type: change.kind === 'migration' ? 'code_change' : 'deployment',
        source: 'change feed',
        severity: 'info',
        summary: `${changeLabel(change)} by ${change.author} at ${clock(at)}, ${lead(onset.at - at)}`,
        data: { kind: 'diff', ...diffOf(change) },
      }));
      return { change, at, leadMs: onset.at - at, cite };
    })
    .sort((a, b) => Math.abs(a.leadMs) - Math.abs(b.leadMs));
  const [nearest] = candidates;
  lane.finding(
    nearest === undefined
      ? 'Nothing was changed in the minutes before it began.'
      : `${candidates.length} changes before it began; the nearest is ${changeLabel(nearest.change)}, ${lead(nearest.leadMs)}.`,
    nearest === undefined ? [] : [nearest.cite()],
  );
  return candidates;
};
