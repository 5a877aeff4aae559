/** `result` stands for any result, a number for an error with that code. */
type Answer = { id: string | number | null; is: 'result' | number };
/** One answer, those of a batch, the notification `pong`, or silence. */
export type Expected = Answer | readonly Answer[] | 'pong' | 'nothing';

/** The rule, a frame as text, and what has to come back. */
export type Case = readonly [rule: string, frame: string, expected: Expected];

const done = (id: Answer['id']): Answer => ({ id, is: 'result' });
const fails = (code: number, id: Answer['id'] = null): Answer => ({ id, is: code });
const PARSE = -32700;
const INVALID = -32600;
const UNKNOWN = -32601;
const PARAMS = -32602;

const ping = (id: string, more = ''): string => `{"jsonrpc":"2.0","id":${id},"method":"ping"${more}}`;
const call = (method: string, params: string): string =>
  `{"jsonrpc":"2.0","id":1,"method":${JSON.stringify(method)},"params":${params}}`;
const batch = (size: number): string =>
  `[${Array.from({ length: size }, (_, index) => ping(String(index))).join(',')}]`;
const answered = (size: number): Answer[] => Array.from({ length: size }, (_, index) => done(index));
const deep = (levels: number, core: string): string => `${'['.repeat(levels)}${core}${']'.repeat(levels)}`;
const long = 'x'.repeat(60_000);

/** The examples of the specification's section 7, in its own bytes. None of the methods in them exists here. */
const EXAMPLES: readonly Case[] = [
  [
    '§7 positional parameters',
    '{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
    fails(UNKNOWN, 1),
  ],
  [
    '§7 positional parameters, again',
    '{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}',
    fails(UNKNOWN, 2),
  ],
  [
    '§7 named parameters',
    '{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
    fails(UNKNOWN, 3),
  ],
  [
    '§7 named parameters, again',
    '{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
    fails(UNKNOWN, 4),
  ],
  ['§7 a notification', '{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}', 'nothing'],
  ['§7 a notification without params', '{"jsonrpc": "2.0", "method": "foobar"}', 'nothing'],
  ['§7 call of non-existent method', '{"jsonrpc": "2.0", "method": "foobar", "id": "1"}', fails(UNKNOWN, '1')],
  ['§7 call with invalid JSON', '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', fails(PARSE)],
  ['§7 call with invalid Request object', '{"jsonrpc": "2.0", "method": 1, "params": "bar"}', fails(INVALID)],
  [
    '§7 batch, invalid JSON',
    '[\n  {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},\n  {"jsonrpc": "2.0", "method"\n]',
    fails(PARSE),
  ],
  ['§7 an empty Array', '[]', fails(INVALID)],
  ['§7 an invalid Batch (but not empty)', '[1]', [fails(INVALID)]],
  ['§7 invalid Batch', '[1,2,3]', [fails(INVALID), fails(INVALID), fails(INVALID)]],
  [
    '§7 Batch',
    `[
        {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
        {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
        {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
        {"foo": "boo"},
        {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
        {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
    ]`,
    [fails(UNKNOWN, '1'), fails(UNKNOWN, '2'), fails(INVALID), fails(UNKNOWN, '5'), fails(UNKNOWN, '9')],
  ],
  [
    '§7 Batch (all notifications)',
    '[\n {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},\n {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}\n]',
    'nothing',
  ],
];

const IDS: readonly Case[] = [
  ['§4 an id is a String', ping('"a"'), done('a')],
  ['§4 the empty String is one', ping('""'), done('')],
  ['§4 an id is a Number', ping('7'), done(7)],
  ['§4 a negative one too', ping('-7'), done(-7)],
  ['§4 minus zero is zero', ping('-0'), done(0)],
  ['§4 an integer may be written with a point', ping('4.0'), done(4)],
  ['§4 an integer may be written with an exponent', ping('1E2'), done(100)],
  ['§4 an id is NULL', ping('null'), done(null)],
  ['contract: the largest safe integer', ping('9007199254740991'), done(Number.MAX_SAFE_INTEGER)],
  ['contract: past 2^53, never rounded', ping('9007199254740993'), fails(INVALID)],
  ['contract: the smallest safe integer', ping('-9007199254740991'), done(Number.MIN_SAFE_INTEGER)],
  ['contract: past −2^53, never rounded', ping('-9007199254740993'), fails(INVALID)],
  ['contract: a fraction', ping('1.5'), fails(INVALID)],
  ['contract: a fraction that a double rounds', ping('1.00000000000000000001'), fails(INVALID)],
  ['contract: a fraction that a double takes for zero', ping('1e-400'), fails(INVALID)],
  ['contract: a number that no double holds', ping('1e400'), fails(INVALID)],
  ['contract: a hundred digits', ping('9'.repeat(100)), fails(INVALID)],
  ['§4 true is no id', ping('true'), fails(INVALID)],
  ['§4 an Array is no id', ping('[1]'), fails(INVALID)],
  ['§4 an Object is no id', ping('{"a":1}'), fails(INVALID)],
  ['§4 an id of half a surrogate pair comes back', ping('"\\ud83d"'), done('\ud83d')],
  ['§4 an id with NUL comes back', ping('"a\\u0000b"'), done('a\u0000b')],
  ['§4 an id of 60,000 letters comes back', ping(`"${long}"`), done(long)],
  ['§4 "__proto__" is an id like any', ping('"__proto__"'), done('__proto__')],
  ['§4 1 and "1" are two ids', `[${ping('1')},${ping('"1"')}]`, [done(1), done('1')]],
  ['contract: a second request with an id in flight', `[${ping('5')},${ping('5')}]`, [done(5), fails(INVALID, 5)]],
  ['contract: after its answer an id is free again', ping('5'), done(5)],
  ['§4 requests with the id null do not collide', `[${ping('null')},${ping('null')}]`, [done(null), done(null)]],
];

const SHAPES: readonly Case[] = [
  ['§4 a request is an Object: a Number', '1', fails(INVALID)],
  ['§4 a request is an Object: a String', '"ping"', fails(INVALID)],
  ['§4 a request is an Object: null', 'null', fails(INVALID)],
  ['§4 a request is an Object: true', 'true', fails(INVALID)],
  ['§4 a request is an Object: an empty one', '{}', fails(INVALID)],
  ['§4 jsonrpc MUST be "2.0": absent', '{"id":1,"method":"ping"}', fails(INVALID, 1)],
  ['§4 jsonrpc MUST be "2.0": 2.0', '{"jsonrpc":2.0,"id":1,"method":"ping"}', fails(INVALID, 1)],
  ['§4 jsonrpc MUST be "2.0": "1.0"', '{"jsonrpc":"1.0","id":1,"method":"ping"}', fails(INVALID, 1)],
  ['§4 jsonrpc MUST be "2.0": "2.0 "', '{"jsonrpc":"2.0 ","id":1,"method":"ping"}', fails(INVALID, 1)],
  ['§4 names are case-sensitive: Jsonrpc', '{"Jsonrpc":"2.0","id":1,"method":"ping"}', fails(INVALID, 1)],
  ['§4 names are case-sensitive: Method', '{"jsonrpc":"2.0","id":1,"Method":"ping"}', fails(INVALID, 1)],
  ['§4 names are case-sensitive: ID is no id', '{"jsonrpc":"2.0","ID":1,"method":"ping"}', 'pong'],
  ['§4 a method is a String: absent', '{"jsonrpc":"2.0","id":1}', fails(INVALID, 1)],
  ['§4 a method is a String: null', '{"jsonrpc":"2.0","id":1,"method":null}', fails(INVALID, 1)],
  ['§4 a method is a String: an Array', '{"jsonrpc":"2.0","id":1,"method":["ping"]}', fails(INVALID, 1)],
  ['§4 what it does not name is ignored', ping('1', ',"more":[1,{"id":2}],"params":{}'), done(1)],
  ['RFC 8259 §4 of two equal names the last counts: id', ping('1', ',"id":2'), done(2)],
  [
    'RFC 8259 §4 of two equal names the last counts: method',
    '{"jsonrpc":"2.0","id":1,"method":"x","method":"ping"}',
    done(1),
  ],
  ['RFC 8259 §4 of two equal names the last counts: params', call('ping', '[],"params":{}'), done(1)],
  [
    'RFC 8259 §8.3 names are compared unescaped',
    '{"json\\u0072pc":"2.0","\\u0069d":1,"meth\\u006fd":"pin\\u0067"}',
    done(1),
  ],
  ['RFC 8259 §2 whitespace around it', ' \t\r\n{"jsonrpc" : "2.0" , "id" : 1 , "method" : "ping" }\n', done(1)],
];

const TEXTS: readonly Case[] = [
  ['§5.1 parse error: an empty frame', '', fails(PARSE)],
  ['§5.1 parse error: a frame of spaces', ' \t\r\n ', fails(PARSE)],
  ['§5.1 parse error: NUL', '\u0000', fails(PARSE)],
  ['§5.1 parse error: NUL behind it', `${ping('1')}\u0000`, fails(PARSE)],
  ['§5.1 parse error: a byte order mark', `\ufeff${ping('1')}`, fails(PARSE)],
  ['§5.1 parse error: a space that JSON does not know', `\u00a0${ping('1')}`, fails(PARSE)],
  ['§5.1 parse error: two in one frame', ping('1') + ping('2'), fails(PARSE)],
  ['§5.1 parse error: a comma too many', '{"jsonrpc":"2.0","id":1,"method":"ping",}', fails(PARSE)],
  ['§5.1 parse error: a comment', `${ping('1')}// x`, fails(PARSE)],
  ['§5.1 parse error: single quotes', "{'jsonrpc':'2.0'}", fails(PARSE)],
  ['§5.1 parse error: NaN', ping('NaN'), fails(PARSE)],
  ['§5.1 parse error: a number that begins with 0', ping('01'), fails(PARSE)],
  ['§5.1 parse error: a line break in a text', ping('"a\nb"'), fails(PARSE)],
  ['§5.1 parse error: cut off', ping('1').slice(0, -1), fails(PARSE)],
  ['§5.1 parse error: 60,000 open brackets', '['.repeat(60_000), fails(PARSE)],
];

const METHODS: readonly Case[] = [
  ['§4.3 what is kept for rpc. and does not exist', call('rpc.none', '{}'), fails(UNKNOWN, 1)],
  ['§4.3 rpc. itself', call('rpc.', '{}'), fails(UNKNOWN, 1)],
  ['contract: rpc.discover', call('rpc.discover', '{}'), done(1)],
  ['methods are case-sensitive', call('Ping', '{}'), fails(UNKNOWN, 1)],
  ['a space is part of a name', call('ping ', '{}'), fails(UNKNOWN, 1)],
  ['the empty name', call('', '{}'), fails(UNKNOWN, 1)],
  ['a name of 60,000 letters', call(long, '{}'), fails(UNKNOWN, 1)],
  ['what only the server sends', call('connected', '{}'), fails(UNKNOWN, 1)],
  ...['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf'].map(
    (name): Case => [`what every object has: ${name}`, call(name, '{}'), fails(UNKNOWN, 1)],
  ),
];

const ONE = 'investigation.subscribe';
const PARAMETERS: readonly Case[] = [
  ['contract: positional params are refused', call('ping', '[]'), fails(PARAMS, 1)],
  ['contract: positional params are refused, whatever is in them', call(ONE, '["inc_1"]'), fails(PARAMS, 1)],
  ['§4.2 params are a structure: a String', call('ping', '"x"'), fails(INVALID, 1)],
  ['§4.2 params are a structure: a Number', call('ping', '0'), fails(INVALID, 1)],
  ['§4.2 params are a structure: null', call('ping', 'null'), fails(INVALID, 1)],
  ['§4.2 params are a structure, of an unknown method too', call('x', 'true'), fails(INVALID, 1)],
  ['an id of a wrong kind', call(ONE, '{"incidentId":{"toString":1}}'), fails(PARAMS, 1)],
  ['an id of half a surrogate pair', call(ONE, '{"incidentId":"inc_\\ud83d"}'), fails(PARAMS, 1)],
  ['an id with NUL', call(ONE, '{"incidentId":"inc_\\u0000"}'), fails(PARAMS, 1)],
  ['an id of 60,000 letters', call(ONE, `{"incidentId":"${long}"}`), fails(PARAMS, 1)],
  ['a seq that no double holds', call(ONE, '{"incidentId":"inc_1","afterSeq":1e400}'), fails(PARAMS, 1)],
  ['a seq past 2^53', call(ONE, '{"incidentId":"inc_1","afterSeq":9007199254740993}'), fails(PARAMS, 1)],
  ['an incident that does not exist', call(ONE, '{"incidentId":"inc_none"}'), fails(PARAMS, 1)],
  ['a name __proto__ gives nothing', call(ONE, '{"__proto__":{"incidentId":"inc_1"}}'), fails(PARAMS, 1)],
  ['nor does it escaped', call(ONE, '{"\\u005f\\u005fproto\\u005f\\u005f":{"incidentId":"inc_1"}}'), fails(PARAMS, 1)],
  ['nor around all of it', `{"__proto__":${ping('1')}}`, fails(INVALID)],
  ['a name constructor gives nothing', call('ping', '{"constructor":{"prototype":{"id":1}}}'), done(1)],
  ['unknown params are ignored', call('ping', `{"pad":"${long}","n":1e400,"z":"\\ud800\\u0000"}`), done(1)],
  ['10,000 levels of params', call('ping', `{"a":${deep(10_000, '')}}`), done(1)],
  ['10,000 levels with __proto__ at the bottom', call('ping', `{"a":${deep(10_000, '{"__proto__":1}')}}`), done(1)],
  [
    'a subscription that does not exist',
    call('investigation.unsubscribe', '{"subscriptionId":"sub_1"}'),
    fails(-32002, 1),
  ],
];

const SILENCE: readonly Case[] = [
  ['§4.1 a notification of an unknown method', '{"jsonrpc":"2.0","method":"rpc.none"}', 'nothing'],
  ['§4.1 a notification with wrong params', `{"jsonrpc":"2.0","method":"${ONE}","params":{}}`, 'nothing'],
  ['§4.1 a notification with positional params', `{"jsonrpc":"2.0","method":"${ONE}","params":[1]}`, 'nothing'],
  ['§4.1 a notification whose params are no structure', '{"jsonrpc":"2.0","method":"ping","params":7}', 'nothing'],
  ['contract: ping without an id', '{"jsonrpc":"2.0","method":"ping"}', 'pong'],
  ['contract: a result is ignored', '{"jsonrpc":"2.0","id":1,"result":{}}', 'nothing'],
  ['contract: an error is ignored', '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}', 'nothing'],
  ['contract: a response is ignored, whatever is wrong with it', '{"id":[1],"result":1,"error":2}', 'nothing'],
  ['contract: a batch of responses', '[{"jsonrpc":"2.0","id":1,"result":1},{"error":1}]', 'nothing'],
];

const BATCHES: readonly Case[] = [
  ['§6 an Array with an empty Array', '[[]]', [fails(INVALID)]],
  ['§6 an Array in an Array is no batch', `[[${ping('1')}]]`, [fails(INVALID)]],
  ['§6 10,000 Arrays in each other', deep(10_000, ''), [fails(INVALID)]],
  ['§6 null and true', '[null,true]', [fails(INVALID), fails(INVALID)]],
  [
    '§6 one of each',
    `[${ping('1')},{"jsonrpc":"2.0","method":"x"},{"id":2,"result":1},${ping('3', ',"params":[]')},4]`,
    [done(1), fails(PARAMS, 3), fails(INVALID)],
  ],
  ['§6 a response and a request', `[{"jsonrpc":"2.0","id":1,"result":1},${ping('2')}]`, [done(2)]],
  ['§6 one that is wrong spoils no other', `[${ping('1.5')},${ping('2')}]`, [fails(INVALID), done(2)]],
];

export const CASES: readonly Case[] = [
  ...EXAMPLES,
  ...IDS,
  ...SHAPES,
  ...TEXTS,
  ...METHODS,
  ...PARAMETERS,
  ...SILENCE,
  ...BATCHES,
];

/** What depends on who is calling. */
export const PERSON_CASES: readonly Case[] = [
  ['contract: 20 items from a person', batch(20), answered(20)],
  ['contract: 21 items from a person', batch(21), fails(INVALID)],
  [
    'contract: a person may publish nothing',
    call('investigation.progress', '{"incidentId":"inc_1"}'),
    fails(-32003, 1),
  ],
];
export const KEY_CASES: readonly Case[] = [
  ['contract: 1,000 items from a key', batch(1_000), answered(1_000)],
  ['contract: 1,001 items from a key', batch(1_001), fails(INVALID)],
  ['150,000 levels of params from a key', call('ping', `{"a":${deep(150_000, '')}}`), done(1)],
];
