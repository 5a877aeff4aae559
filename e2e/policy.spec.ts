import type { Page } from '@playwright/test';
import type { z } from 'zod';
import type { Evidence } from '../src/protocol/evidence.ts';
import { connection, expect, signInWithToken, test } from './support/fixtures.ts';
import { investigate } from './support/investigation.ts';

/** What agents could try to have a browser run or fetch. */
const HOSTILE =
  '<img src="https://evil.example/x.png" onerror="fetch(1)"><script src="https://evil.example/x.js"></script>';

/** Many pages, each with all that it loads. */
const PATIENT = { timeout: 30_000 };

const EVIDENCE: readonly Pick<z.input<typeof Evidence>, 'type' | 'source' | 'summary' | 'data'>[] = [
  {
    type: 'metric',
    source: 'orders',
    summary: 'p99 latency',
    data: {
      kind: 'metric',
      name: 'p99',
      unit: 'ms',
      threshold: 200,
      points: [
        [1, 10],
        [2, 400],
        [3, 900],
      ],
    },
  },
  {
    type: 'log',
    source: 'orders',
    summary: HOSTILE,
    data: { kind: 'log', lines: [{ timestamp: '2026-01-01T00:00:00Z', level: 'error', text: HOSTILE }] },
  },
  {
    type: 'code_change',
    source: 'git',
    summary: 'Drops the index',
    data: { kind: 'diff', path: 'db/1.sql', unified: '@@ -1 +1 @@\n-CREATE INDEX\n+DROP INDEX' },
  },
];

/** What the browser stopped because of the policy, as it comes. */
const hearViolations = async (page: Page): Promise<readonly unknown[]> => {
  const violations: unknown[] = [];
  await page.exposeFunction('tellViolation', (violation: unknown) => violations.push(violation));
  await page.addInitScript(() => {
    document.addEventListener(
      'securitypolicyviolation',
      ({ violatedDirective, blockedURI, sourceFile, lineNumber }) => {
        Reflect.get(window, 'tellViolation')({ violatedDirective, blockedURI, sourceFile, lineNumber });
      },
    );
  });
  return violations;
};

test('the dashboard runs under its own policy: nothing inline, nothing from elsewhere', async ({
  page,
  servers,
  quietConsole: _,
}) => {
  test.slow();
  const violations = await hearViolations(page);
  const answers = new Map<string, Record<string, string>>();
  page.on('response', (response) => answers.set(new URL(response.url()).pathname, response.headers()));
  const elsewhere: string[] = [];
  const server = await servers.plain();
  page.on('request', (request) => {
    if (!request.url().startsWith(server.address)) elsewhere.push(request.url());
  });

  const agent = servers.agent(server);
  const investigation = await investigate(agent, `Checkout ${HOSTILE}`);
  const { incidentId } = investigation;
  for (const [index, evidence] of EVIDENCE.entries()) {
    const common = {
      evidenceId: `evi_${index}`,
      severity: 'high',
      timestamp: '2026-01-01T00:00:00Z',
      rawSnippet: HOSTILE,
    };
    await agent.publish('evidence.collected', {
      incidentId,
      evidence: { ...common, ...evidence, agentName: 'Logs' },
    });
  }
  await investigation.progress(HOSTILE);
  await investigation.conclude();
  await investigation.propose('rem_policy');

  await signInWithToken(page, server, 'admin', `/incidents/${incidentId}`);
  await expect(connection(page)).toContainText('Live', PATIENT);
  const remediation = page.getByRole('region', { name: 'Remediation' });
  await remediation.getByRole('button', { name: 'Approve…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  for (const path of ['/', '/incidents', '/approvals', '/audit', '/settings', '/docs', `/incidents/${incidentId}`]) {
    await page.goto(server.address + path);
    await expect(page.getByRole('heading').first()).toBeVisible();
  }
  await expect(connection(page)).toContainText('Live', PATIENT);

  expect(violations).toEqual([]);
  expect(elsewhere).toEqual([]);
  const asset = [...answers.keys()].find((path) => path.startsWith('/assets/') && path.endsWith('.js')) ?? '';
  const style = [...answers.keys()].find((path) => path.startsWith('/assets/') && path.endsWith('.css')) ?? '';
  for (const path of ['/', asset, style, '/v1/incidents', '/auth/session', '/docs']) {
    const headers = answers.get(path) ?? {};
    expect([path, headers['content-security-policy']]).toEqual([path, expect.stringContaining("script-src 'self'")]);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|nonce|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-frame-options']).toBe('DENY');
  }
  expect(answers.get(asset)?.['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(answers.get('/')?.['cache-control']).toBe('no-cache');
  expect(answers.get('/v1/incidents')?.['cache-control']).toBe('no-store');
});

test('what breaks the policy is stopped, and would be heard', async ({ page, servers }) => {
  const violations = await hearViolations(page);
  const server = await servers.plain();
  await page.goto(server.address);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.documentElement.dataset.ran = "yes"';
    document.head.append(script);
  });
  await expect.poll(() => violations).toMatchObject([{ violatedDirective: 'script-src-elem', blockedURI: 'inline' }]);
  await expect(page.locator('html')).not.toHaveAttribute('data-ran');
});
