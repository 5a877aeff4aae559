import { newId } from '../../protocol/ids.ts';
import type { PublicationParams } from '../../protocol/up.ts';
import type { Candidate } from './changes-agent.ts';
import type { Shown } from './conclusion.ts';
import type { MissingIndex, Scan } from './database-agent.ts';
import { count, duration, seconds } from './words.ts';

const APPROVAL_MS = 15 * 60_000;
/** How fast rows are indexed, for the estimate in the plan; measured on a small machine. */
const INDEXED_ROWS_PER_SECOND = 700_000;

/** The number after the newest migration, in as many digits. */
const nextMigration = (candidates: readonly Candidate[], missing: MissingIndex, scan: Scan): string => {
  const numbers = candidates.flatMap(({ change }) => /^\d+/.exec(change.title) ?? []);
  const newest = Math.max(0, ...numbers.map(Number));
  const digits = Math.max(4, ...numbers.map(({ length }) => length));
  const slug = `recreate_${missing.name}_on_${scan.table}`.toLowerCase();
  return `${String(newest + 1).padStart(digits, '0')}_${slug}.sql`;
};

/** The plan: check that it still fits, put the index back, watch the metric that was broken. */
export const proposeIndex = (
  found: Shown,
  candidates: readonly Candidate[],
  watchMs: number,
): PublicationParams<'remediation.proposed'> => {
  const { incidentId, breach, scan, missing, now } = found;
  const migrationFile = nextMigration(candidates, missing, scan);
  const { name, metric, where, p99Seconds, windowMs, service } = breach.objective;
  const blockedMs = Math.max(200, (scan.rows / INDEXED_ROWS_PER_SECOND) * 1000);
  const selector = Object.entries(where).map(([key, value]) => `${key}="${value}"`);
  return {
    incidentId,
    remediationId: newId('rem'),
    title: `Recreate the index ${missing.name} on ${scan.table}`,
    description:
      `Puts back what ${missing.migration.change.title} dropped, as a migration of its own (${migrationFile}). ` +
      `All ${missing.plans.length} slow statements use it again in a copy of the schema.`,
    risk: 'low',
    requiresApproval: true,
    approvalsRequired: 1,
    steps: [
      {
        stepId: 'check',
        type: 'verification',
        description: 'Check that the plan still fits: the index is missing and the statement still scans',
        target: `${scan.service.name} database`,
        command: `PRAGMA index_list(${scan.table});\nEXPLAIN QUERY PLAN ${scan.statement};`,
        expectedEffect: 'Reads only, under a second',
        args: { service: scan.service.name, table: scan.table, index: missing.name, statement: scan.statement },
      },
      {
        stepId: 'migrate',
        type: 'sql_migration',
        description: `Run ${migrationFile}`,
        target: `${scan.service.name} database, table ${scan.table}`,
        command: `${missing.create};`,
        args: { service: scan.service.name, file: migrationFile, down: missing.drop, statement: scan.statement },
        expectedEffect: `${scan.service.name}’s queries wait about ${duration(blockedMs)} (estimated) while ${count(scan.rows)} rows are indexed`,
      },
      {
        stepId: 'verify',
        type: 'verification',
        description: `Watch ${name} p99 until it meets its objective`,
        target: service,
        command: `histogram_quantile(0.99, rate(${metric}_bucket{${selector.join(',')}}[${windowMs / 1000}s])) < ${p99Seconds}`,
        expectedEffect: `Below ${seconds(p99Seconds)} within ${duration(watchMs)}`,
        args: { objective: name, withinMs: watchMs },
      },
    ],
    blastRadius: [
      { service: scan.service.name, hops: 0, impact: `Queries wait about ${duration(blockedMs)} once` },
      { service, hops: 1, impact: `${name} is slow for that moment, then as before` },
    ],
    rollback: `${missing.drop};`,
    expiresAt: new Date(now + APPROVAL_MS).toISOString(),
    evidenceIds: [missing.migration.evidenceId, scan.evidenceId, missing.evidenceId],
  };
};
