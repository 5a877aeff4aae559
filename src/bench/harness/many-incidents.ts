import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../protocol/ids.ts';
import { Severity } from '../../protocol/values.ts';
import { toNewEvent } from '../../server/incidents/stored-event.ts';
import { openEmbeddedLog } from '../../server/log/embedded-log.ts';
import { TENANT_STREAM } from '../../server/log/event-log.ts';
import { TENANT } from '../../server/testing/people.ts';

const AT_ONCE = 1_000;
const APART_MS = 60_000;

/** A folder with a log of so many open incidents, a minute apart; the newest comes last among the ids. */
export const manyIncidents = async (count: number): Promise<{ dataDir: string; ids: readonly string[] }> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'causeflow-bench-'));
  const { log, close } = await openEmbeddedLog({ dataDir });
  const from = Date.now() - count * APART_MS;
  const ids: string[] = [];
  while (ids.length < count) {
    const events = Array.from({ length: Math.min(AT_ONCE, count - ids.length) }, (_, index) => {
      const number = ids.length + index;
      return toNewEvent('incident.created', {
        eventId: newId('evt'),
        incidentId: newId('inc'),
        title: `Orders of region ${number} are slow`,
        description: 'The checkout takes ten seconds.',
        severity: Severity.options[number % Severity.options.length],
        status: 'open',
        source: 'automated',
        timestamp: new Date(from + number * APART_MS).toISOString(),
      });
    });
    await log.append({ tenantId: TENANT, stream: TENANT_STREAM, events });
    ids.push(...events.map(({ params }) => String(JSON.parse(params).incidentId)));
  }
  await close();
  return { dataDir, ids };
};
