import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RawAnswer, rawRequest } from '../testing/raw-request.ts';
import { serveClient } from './static-client.ts';

const app = Fastify();
let folder: string;
let address: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'causeflow-client-'));
  // A folder above that is called as one of the build's is none of them.
  const above = join(folder, 'assets');
  const root = join(above, 'client');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(above, 'secret.txt'), 'secret');
  await writeFile(join(root, 'icon-waiting.svg'), '<svg/>');
  await writeFile(join(root, 'index.html'), '<title>the page</title>');
  await writeFile(join(root, 'index.html.br'), 'the page as brotli has it');
  await writeFile(join(root, 'assets', 'index-Ab12.js'), 'script()');
  await writeFile(join(root, 'assets', 'index-Ab12.js.br'), 'as brotli has it');
  await writeFile(
    join(root, 'pages.json'),
    JSON.stringify({
      'incident-page': ['assets/one.js', 'assets/two.js'],
      'overview-page': [],
      'recording-page': ['assets/r.js'],
    }),
  );
  app.get('/v1/incidents', () => ({ incidents: [] }));
  await serveClient(app, root);
  address = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const get = (path: string): Promise<RawAnswer> => rawRequest(address, 'GET', path);

it.each(['/', '/incidents', '/incidents/inc_1?at=5', '/settings/members', '/%2e%2e/secret.txt', '/../secret.txt'])(
  'answers with the page, which is asked for anew each time: %s',
  async (path) => {
    const { status, text, headers } = await get(path);
    expect({ status, text }).toEqual({ status: 200, text: '<title>the page</title>' });
    expect(headers).toMatchObject({ 'cache-control': 'no-cache' });
  },
);

const SESSION = '</auth/session>; rel=preload; as=fetch; crossorigin=anonymous';

it.each([
  ['/incidents/inc_1?at=5', `${SESSION}, </assets/one.js>; rel=modulepreload, </assets/two.js>; rel=modulepreload`],
  ['/', SESSION],
  ['/incidents/inc_1/wall', undefined],
  ['/nowhere', undefined],
  // It asks nobody who they are.
  ['/recording', undefined],
  ['/assets/index-Ab12.js', undefined],
])('names with a page what it will ask for, where the build tells that: %s', async (path, link) => {
  for (const encoding of ['identity', 'br']) {
    const answer = await rawRequest(address, 'GET', path, { headers: { 'accept-encoding': encoding } });
    expect(answer.headers.link).toBe(link);
  }
});

it('lets a file whose name tells its content be kept for ever', async () => {
  const { text, headers } = await get('/assets/index-Ab12.js');
  expect({ text, cache: headers['cache-control'] }).toEqual({
    text: 'script()',
    cache: 'public, max-age=31536000, immutable',
  });
});

it('lets the tab’s icon be kept for a day: browsers ask for it at each change of the address', async () => {
  const { headers } = await get('/icon-waiting.svg');
  expect(headers['cache-control']).toBe('public, max-age=86400');
});

it('sends the compressed file that the build put beside it to whoever takes that, and says so to caches', async () => {
  const answer = (encoding: string) =>
    rawRequest(address, 'GET', '/assets/index-Ab12.js', { headers: { 'accept-encoding': encoding } });
  const compressed = await answer('gzip, br');
  expect(compressed.text).toBe('as brotli has it');
  expect(compressed.headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': expect.stringContaining('javascript'),
    'cache-control': 'public, max-age=31536000, immutable',
    vary: expect.stringMatching(/accept-encoding/i),
  });
  for (const encoding of ['identity', 'gzip']) {
    const plain = await answer(encoding);
    expect({ text: plain.text, encoding: plain.headers['content-encoding'] }).toEqual({
      text: 'script()',
      encoding: undefined,
    });
  }
});

it.each([
  '/assets/index-Ab12.js/',
  '/assets/gone.js',
  '/assets/../../secret.txt',
  '/v1/incidents/../../secret.txt',
  '/v1/nothing',
  '//v1//incidents',
  '/metrics',
])('says of what is neither a page nor a file that it is not there: %s', async (path) => {
  const { status, body } = await get(path);
  expect({ status, body }).toEqual({
    status: 404,
    body: { error: 'route_not_found', message: 'There is no such address.' },
  });
});

it('has no page for what is not asked with GET', async () => {
  expect((await rawRequest(address, 'POST', '/incidents')).status).toBe(404);
});
