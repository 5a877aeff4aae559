import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiOf } from '../testing/api-client.ts';
import { admin, bearer } from '../testing/people.ts';
import { type RawAnswer, rawRequest } from '../testing/raw-request.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { range } from '../testing/shared.ts';

const KIB = 1024;
const DESCRIPTION = '"description":"The checkout takes ten seconds."';
const incident = (title: string): string => `{"title":${title},${DESCRIPTION}}`;
const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('the API', () => {
  let server: ServerProcess;
  let token: string;
  beforeAll(async () => {
    server = await startServer();
    token = await admin();
  });
  afterAll(async () => {
    expect((await apiOf(server.address, token).get('/v1/incidents')).status).toBe(200);
    await server.stop();
  });

  const send = async (
    method: string,
    path: string,
    chunks: readonly (string | Buffer)[] = [],
    headers: Record<string, string | string[]> = {},
  ): Promise<RawAnswer> => {
    const type = chunks.length > 0 ? { 'content-type': 'application/json' } : {};
    const answer = await rawRequest(server.address, method, path, {
      headers: { ...bearer(token), ...type, ...headers },
      chunks,
    });
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toMatch(/\bat .*\.(?:js|ts):\d|SQLITE|node_modules/);
    return answer;
  };
  const expectProblem = ({ status, body }: RawAnswer, expected: number, error: unknown): void => {
    expect({ status, body }).toEqual({
      status: expected,
      body: expect.objectContaining({ error, message: expect.stringMatching(/\S/) }),
    });
  };

  it.each<[string, string | Buffer]>([
    ['no JSON', '{'],
    ['a text cut in the middle', incident('"Checkout is').slice(0, 20)],
    ['single quotes', "{'title':'x'}"],
    ['null', 'null'],
    ['a number', '1'],
    ['a text', '"x"'],
    ['an array', `[${incident('"Checkout"')}]`],
    ['100,000 levels of arrays', deep(100_000)],
    ['10,000 levels in a field', incident(deep(10_000))],
    ['100,000 open brackets', '['.repeat(100_000)],
    ['a field of a wrong kind', incident('{"toString":1}')],
    ['__proto__', `{"__proto__":{"title":"x"},${DESCRIPTION}}`],
    ['__proto__ with an escape', `{"\\u005f_proto__":{"x":1},"title":"Checkout",${DESCRIPTION}}`],
    ['constructor.prototype', `{"constructor":{"prototype":{"x":1}},"title":"Checkout",${DESCRIPTION}}`],
    ['bytes that are no UTF-8', Buffer.from(incident('"Checkout \xff\xfe"'), 'latin1')],
    ['a text cut in a letter', Buffer.from([0x22, 0xe2, 0x82])],
    ['UTF-16', Buffer.from(incident('"Checkout"'), 'utf16le')],
    ['NULs', '\0'.repeat(100)],
    ['a number that no double holds', incident('1e400')],
  ])('answers 400 to a body of %s, whether its length is known or not', async (_, body) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    for (const headers of [length, {}]) {
      expectProblem(await send('POST', '/v1/incidents/chat', [body], headers), 400, 'validation_error');
    }
  });

  it('takes the last of two equal keys, halves of surrogate pairs and NUL in a text as JSON says', async () => {
    const bodies = ['{"title":"First one",', `{"title":"\\ud83d half","x":"\\u0000",`];
    for (const start of bodies) {
      expect((await send('POST', '/v1/incidents/chat', [`${start}"title":"Last one",${DESCRIPTION}}`])).status).toBe(
        201,
      );
    }
    const { body } = await send('GET', '/v1/incidents?limit=2');
    expect(body).toMatchObject({ incidents: [{ title: 'Last one' }, { title: 'Last one' }] });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'application/json-seq',
    'json',
    '*/*',
    'application/json, text/plain',
    'x'.repeat(8_000),
  ])('answers 415 to a body of type %s', async (type) => {
    const answer = await send('POST', '/v1/incidents/chat', [incident('"Checkout"')], { 'content-type': type });
    expectProblem(answer, 415, 'unsupported_media_type');
  });

  it('answers 413 to a body that is too large, sent or only announced', async () => {
    const large = incident(`"${'x'.repeat(256 * KIB)}"`);
    for (const headers of [{ 'content-length': String(large.length) }, {}]) {
      expectProblem(await send('POST', '/v1/incidents/chat', [large], headers), 413, 'payload_too_large');
    }
    const announced = await rawRequest(server.address, 'POST', '/v1/incidents/chat', {
      headers: {
        ...bearer(token),
        'content-type': 'application/json',
        'content-length': '10000000000',
        expect: '100-continue',
      },
    }).catch(() => null);
    if (announced !== null) expectProblem(announced, 413, 'payload_too_large');
  });

  it.each([
    ['half of an escape', '/v1/incidents/%E0%A4%A', 400, 'validation_error'],
    ['an escape that is none', '/v1/incidents/%zz', 400, 'validation_error'],
    ['bytes that are no UTF-8', '/v1/incidents/%ff%fe', 400, 'validation_error'],
    ['NUL', '/v1/incidents/inc_%00', 404, 'incident_not_found'],
    ['steps up, escaped', '/v1/incidents/%2e%2e%2f%2e%2e%2fetc%2fpasswd', 404, 'incident_not_found'],
    ['steps up', '/v1/incidents/../../etc/passwd', 404, expect.stringMatching(/_not_found$/)],
    ['two slashes', '//v1//incidents', 404, 'route_not_found'],
    ['an id of 10,000 letters', `/v1/incidents/${'x'.repeat(10_000)}`, 404, expect.stringMatching(/_not_found$/)],
    ['1,000 steps', `/v1/incidents${'/x'.repeat(1_000)}`, 404, 'route_not_found'],
    ['what every object has', '/v1/incidents/__proto__', 404, 'incident_not_found'],
    ['an emoji', `/v1/incidents/${encodeURIComponent('🎉')}`, 404, 'incident_not_found'],
  ])('answers an address with %s', async (_, path, status, error) => {
    expectProblem(await send('GET', path), status, error);
  });

  it.each([
    'limit=0',
    'limit=-1',
    'limit=101',
    'limit=1e9',
    'limit=ten',
    'limit=1&limit=2',
    'limit=1.5',
    'cursor=nonsense',
    `cursor=${'x'.repeat(8_000)}`,
    'cursor=%00',
    'severity=__proto__',
    'status=OPEN',
    'sort=title;DROP%20TABLE%20incidents',
    'order=sideways',
  ])('answers 400 to the query %s', async (query) => {
    expectProblem(await send('GET', `/v1/incidents?${query}`), 400, 'validation_error');
  });

  it.each(['PUT', 'OPTIONS', 'PROPFIND', 'TRACE', 'DELETE'])(
    'answers %s where there is none with 404',
    async (method) => {
      expectProblem(await send(method, '/v1/incidents'), 404, 'route_not_found');
    },
  );

  it('answers with as many headers as fit, and repeats none of them', async () => {
    const flood = Object.fromEntries(range(300).map((number) => [`x-flood-${number}`, 'needle']));
    const { status, text } = await send('GET', '/v1/incidents', [], { ...flood, 'x-http-method-override': 'DELETE' });
    expect(status).toBe(200);
    expect(text).not.toContain('needle');
  });

  it.each(['', 'x'.repeat(256)])('answers 400 to an Idempotency-Key of a wrong length', async (key) => {
    const answer = await send('POST', '/v1/incidents/chat', [incident('"Checkout"')], { 'idempotency-key': key });
    expectProblem(answer, 400, 'validation_error');
  });

  it.each([
    ['none', {}],
    ['an empty one', { authorization: '' }],
    ['one without a token', { authorization: 'Bearer' }],
    ['two', { authorization: 'Bearer a, Bearer b' }],
    ['10,000 letters', { authorization: `Bearer ${'x'.repeat(10_000)}` }],
    ['dots', { authorization: 'Bearer ...' }],
    ['JSON', { authorization: 'Bearer {"alg":"none"}' }],
    ['a cookie of ours that is none', { cookie: 'causeflow_session=%00%ff; causeflow_session=__proto__' }],
  ])('answers 401 to authorization by %s', async (_, headers) => {
    const answer = await rawRequest(server.address, 'GET', '/v1/incidents', { headers });
    expectProblem(answer, 401, 'unauthorized');
  });
});
