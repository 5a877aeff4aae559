import { startDocumentedServer } from './support/documented-server.ts';
import { connection, expect, signInWithToken, test } from './support/fixtures.ts';

test('the dashboard works against a relay and API that know the documented contract only', async ({
  page,
  servers,
}) => {
  const upstream = await startDocumentedServer();
  const server = await servers.plain({
    RELAY_URL: upstream.relayUrl,
    API_URL: upstream.apiUrl,
    AGENT_API_KEYS: undefined,
  });
  await page.clock.install();
  await signInWithToken(page, server, 'admin', `/incidents/${upstream.incidentId}`);
  await expect(connection(page)).toHaveText(/^Live/);
  await expect(page.getByRole('region', { name: 'Evidence' })).toContainText('Slow queries since 09:58');
  await expect.poll(upstream.watchers).toBe(1);

  // Said twice without a number of its own, it is shown once.
  const timeline = page.getByRole('region', { name: 'Timeline' });
  const said = new Date().toISOString();
  for (const _ of [1, 2]) upstream.progress('Looking at the query log', said);
  upstream.progress('Looking at the disks');
  await expect(timeline).toContainText('Looking at the disks');
  await expect(timeline.getByText('Looking at the query log', { exact: true })).toHaveCount(1);

  const pings = upstream.pings();
  await page.clock.fastForward(30_000);
  await expect.poll(upstream.pings).toBeGreaterThan(pings);

  upstream.complete('The search index is corrupt.');
  await expect(page.getByRole('region', { name: 'Root cause' })).toContainText('The search index is corrupt.');

  // Nobody can tell how much of what such a relay said was lost.
  const stream = page.locator('footer');
  await expect(stream).toContainText('losses not known');
  await expect(stream).not.toContainText('0 lost');
  const gap = timeline.getByText(/^Not heard between/);
  await expect(gap).toHaveCount(0);

  // What is said while the connection is down comes back from the API, once.
  upstream.dropAll();
  upstream.propose();
  upstream.find('evi_2', 'Segment 7 has a wrong checksum');
  const remediation = page.getByRole('region', { name: 'Remediation' });
  await expect(remediation).toContainText('Rebuild the search index');
  await expect(remediation).toContainText('Stop the writer');
  await expect(connection(page)).toHaveText(/^Live/);
  await expect.poll(upstream.watchers).toBe(1);
  upstream.propose();
  upstream.progress('Back again');
  await expect(timeline).toContainText('Back again');
  await expect(gap).toHaveCount(1);
  await expect(stream).toContainText('1 break not healed');
  // Another is said though nothing has come after it.
  upstream.dropAll();
  await expect(gap).toHaveCount(2);
  await expect(stream).toContainText('2 breaks not healed');
  await expect(remediation.getByRole('list', { name: 'Steps of the plan' })).toHaveCount(1);
  const evidence = page.getByRole('region', { name: 'Evidence' });
  await expect(evidence.getByText('Segment 7 has a wrong checksum', { exact: true })).toHaveCount(1);

  await remediation.getByRole('button', { name: 'Approve…' }).click();
  await page
    .getByRole('dialog', { name: 'Approve remediation' })
    .getByRole('button', { name: 'Approve', exact: true })
    .click();
  await remediation.getByRole('button', { name: 'Execute' }).click();
  await expect(remediation).toContainText(/resolved/i);

  expect(upstream.refusedMethods).toEqual([]);
  expect(upstream.authorizations.every((value) => value?.startsWith('Bearer '))).toBe(true);
  await upstream.stop();
});
