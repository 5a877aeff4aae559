import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeEvent, encodeRequest, parseFrame } from './json-rpc.ts';

const single = (text: string) => {
  const frame = parseFrame(text);
  return frame.kind === 'single' ? frame.item : frame;
};

test('a request, a notification and a response are told apart', () => {
  expect(single('{"jsonrpc":"2.0","id":1,"method":"ping"}')).toEqual({
    kind: 'request',
    id: 1,
    method: 'ping',
    params: {},
  });
  expect(single('{"jsonrpc":"2.0","method":"ping","params":{"a":1}}')).toMatchObject({ kind: 'notification' });
  expect(single('{"jsonrpc":"2.0","id":"x","result":{}}')).toMatchObject({ kind: 'response', id: 'x' });
});

test.each([
  ['1.5', null],
  ['9007199254740993', null],
  ['1e400', null],
  ['true', null],
  ['{}', null],
  ['[1]', null],
])('an id of %s is refused without being echoed', (id) => {
  expect(single(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)).toMatchObject({ kind: 'invalid', id: null });
});

const INEXACT = [
  '9007199254740991.4',
  '9007199254740990.6',
  '1.00000000000000000001',
  '0.1e-400',
  '1e-400',
  '-2.50e0',
  '15e-1',
  '10.00000000000000000001E1',
];

test.each(INEXACT)('an id of %s is a fraction, though it is rounded to an integer', (id) => {
  const refused = { kind: 'invalid', id: null };
  for (const text of [
    `{"jsonrpc":"2.0","id":${id},"method":"ping"}`,
    `{"jsonrpc":"2.0","method":"ping","params":{"id":1},"\\u0069d" : ${id}}`,
    `{"jsonrpc":"2.0","id":1,"method":"ping","id":${id}}`,
  ]) {
    expect(single(text)).toMatchObject(refused);
  }
  const fine = '{"jsonrpc":"2.0","id":7,"method":"ping"}';
  expect(parseFrame(` [${fine}, 5, [1], {"jsonrpc":"2.0","id":${id},"method":"ping"},${fine}]`)).toMatchObject({
    items: [{ kind: 'request', id: 7 }, { kind: 'invalid' }, { kind: 'invalid' }, refused, { kind: 'request', id: 7 }],
  });
});

test('a fraction is found behind a very long text, too', () => {
  for (const filler of ['x', '\\n', 'x\\"', '[']) {
    const text = `{"jsonrpc":"2.0","method":"m","params":{"a":"${filler.repeat(1_000_000)}"},"id":1.00000000000000000001}`;
    expect(single(text)).toMatchObject({ kind: 'invalid', id: null });
  }
});

test.each([
  ['{"jsonrpc":"2.0","id":3,"method":"m","params":{"id":1.5,"a":["id",{"id":2.5}]}}', 3],
  ['{"jsonrpc":"2.0","id":4,"method":"m","params":{"text":"\\"id\\":1.5, ]}[{"}}', 4],
  ['{"jsonrpc":"2.0","params":{"id":1.5},"id":"5","method":"m"}', '5'],
  ['{"jsonrpc":"2.0","id":1.5,"method":"m","id":6}', 6],
  ['{"jsonrpc":"2.0","id":7.000,"method":"m"}', 7],
  ['{"jsonrpc":"2.0","id":80e-1,"method":"m"}', 8],
  ['{"jsonrpc":"2.0","id":0.09e2,"method":"m"}', 9],
])('what is no id, or is an integer, is no reason to refuse: %s', (text, id) => {
  expect(single(text)).toMatchObject({ kind: 'request', id });
});

test.each([
  ['"ping"', 'ping'],
  ['null', null],
  ['0', 0],
  ['-7', -7],
  ['9007199254740991', 9007199254740991],
])('an id of %s is echoed as it is', (id, echoed) => {
  expect(single(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)).toMatchObject({ kind: 'request', id: echoed });
});

test('params by position and params of no structure are named, not guessed', () => {
  expect(single('{"jsonrpc":"2.0","id":1,"method":"m","params":[1]}')).toMatchObject({ params: 'positional' });
  expect(single('{"jsonrpc":"2.0","id":1,"method":"m","params":"x"}')).toMatchObject({ params: 'malformed' });
  expect(single('{"jsonrpc":"2.0","id":1,"method":"m","params":null}')).toMatchObject({ params: 'malformed' });
});

test('batches are read item by item, an empty one is told apart', () => {
  expect(parseFrame('[]')).toEqual({ kind: 'empty-batch' });
  expect(parseFrame('[1,{"jsonrpc":"2.0","method":"a"}]')).toMatchObject({
    kind: 'batch',
    items: [{ kind: 'invalid' }, { kind: 'notification' }],
  });
});

test('a key named __proto__ does not survive', () => {
  const item = single('{"jsonrpc":"2.0","id":1,"method":"m","params":{"__proto__":{"admin":true},"a":1}}');
  expect(item).toMatchObject({ params: { a: 1 } });
  expect(Object.keys((item as { params: object }).params)).toEqual(['a']);
});

test.each(['"__proto__"', '"\\u005f_proto__"', '"__proto\\u005F_"'])(
  'the key %s does not survive, at whatever depth',
  (key) => {
    const levels = 10_000;
    const text = `{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":${'['.repeat(levels)}{${key}:{"admin":true}}${']'.repeat(levels)}}}`;
    const item = single(text);
    if (item.kind !== 'request' || typeof item.params === 'string') throw new Error('no request');
    let inner: unknown = item.params.a;
    for (let level = 0; level < levels; level += 1) inner = Array.isArray(inner) ? inner[0] : undefined;
    expect(Object.getOwnPropertyNames(inner)).toEqual([]);
  },
);

test('what has a result or an error is a response, whatever else is wrong with it', () => {
  for (const text of ['{"id":1,"result":1}', '{"jsonrpc":"1.0","error":null}']) {
    expect(single(text)).toMatchObject({ kind: 'response' });
  }
});

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => parseFrame(text).kind.length > 0));
});

test('an event is its params with the seq in front', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string().filter((key) => key !== 'seq' && key !== '__proto__'),
        fc.jsonValue(),
      ),
      fc.nat(),
      (params, seq) => {
        const text = encodeEvent('a.b', seq, JSON.stringify(params));
        expect(JSON.parse(text)).toEqual({
          jsonrpc: '2.0',
          method: 'a.b',
          params: JSON.parse(JSON.stringify({ seq, ...params })),
        });
      },
    ),
  );
});

test('what is encoded is parsed back', () => {
  expect(single(encodeRequest('a', 'm', { x: 1 }))).toEqual({
    kind: 'request',
    id: 'a',
    method: 'm',
    params: { x: 1 },
  });
});
