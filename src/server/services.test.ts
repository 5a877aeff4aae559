import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { openEmbeddedLog } from './log/embedded-log.ts';
import type { EventLog } from './log/event-log.ts';
import { temporaryDirectory } from './log/testing/temporary-directory.ts';
import { createServices } from './services.ts';
import { openLong } from './testing/long-incident.ts';
import { TENANT } from './testing/people.ts';

test('what another node commits while the log is read at the start is not missed', async () => {
  const { log, state, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(close);
  await openLong(log, TENANT, 'inc_before', 1);
  let ends = 0;
  const interrupted: EventLog = {
    ...log,
    // The end of what there is to read, and then there is more: first for the records, then for the audit's chain.
    async scan(scan) {
      const page = await log.scan(scan);
      if (page.length > 0) return page;
      ends += 1;
      await openLong(log, TENANT, `inc_meanwhile_${ends}`, 1);
      return page;
    },
  };
  const services = await createServices({
    log: interrupted,
    state,
    archive: null,
    logger: pino({ level: 'silent' }),
    now: Date.now,
  });
  onTestFinished(() => services.close());
  await openLong(log, TENANT, 'inc_after', 1);
  expect(ends).toBeGreaterThan(1);
  const ids = services.records.incidents(TENANT).map(({ incidentId }) => incidentId);
  const meanwhile = Array.from({ length: ends }, (_, index) => `inc_meanwhile_${index + 1}`);
  expect(ids.toSorted()).toEqual(['inc_after', 'inc_before', ...meanwhile].toSorted());
});
