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
  await signInWithToken(page, server, 'admin', `/incidents/${upstream.incidentId}`);
  await expect(connection(page)).toHaveText(/^Live/);
  await expect(page.getByRole('region', { name: 'Evidence' })).toContainText('Slow queries since 09:58');
  await expect.poll(upstream.watchers).toBe(1);

  upstream.progress('Looking at the query log');
  await expect(page.getByRole('region', { name: 'Timeline' })).toContainText('Looking at the query log');
  upstream.complete('The search index is corrupt.');
  await expect(page.getByRole('region', { name: 'Root cause' })).toContainText('The search index is corrupt.');

  // What is said while the connection is down comes back from the API, once.
  upstream.dropAll();
  upstream.propose();
  const remediation = page.getByRole('region', { name: 'Remediation' });
  await expect(remediation).toContainText('Rebuild the search index');
  await expect(remediation).toContainText('Stop the writer');
  await expect(connection(page)).toHaveText(/^Live/);

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
