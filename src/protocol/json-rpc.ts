import type { RpcErrorObject } from './errors.ts';
import { areIdsExact } from './raw-ids.ts';

/** An id of JSON-RPC 2.0 §4 as far as it can be echoed exactly: a string, a safe integer or null. */
export type RpcId = string | number | null;
export type RpcParams = Record<string, unknown>;

/** One message of a frame. `params` is `'positional'` or `'malformed'` where it was no object. */
export type Incoming =
  | { kind: 'request'; id: RpcId; method: string; params: RpcParams | 'positional' | 'malformed' }
  | { kind: 'notification'; method: string; params: RpcParams | 'positional' | 'malformed' }
  | { kind: 'response'; id: RpcId; result?: unknown; error?: unknown }
  | { kind: 'invalid'; id: RpcId; reason: string };

export type Frame =
  | { kind: 'unparsable' }
  | { kind: 'empty-batch' }
  | { kind: 'single'; item: Incoming }
  | { kind: 'batch'; items: Incoming[] };

export type RpcResponse =
  | { jsonrpc: '2.0'; id: RpcId; result: unknown }
  | { jsonrpc: '2.0'; id: RpcId; error: RpcErrorObject };

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isId = (value: unknown): value is RpcId =>
  value === null || typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value));

/** A key `__proto__` in any spelling of its letters. */
const PROTO_KEY = /__proto__|\\u005f/i;

/** Own keys named `__proto__` are dropped, at any depth: no later copy of the object may turn one into a prototype. */
const dropProtoKeys = (root: unknown): void => {
  const left = [root];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    Reflect.deleteProperty(value, '__proto__');
    for (const child of Object.values(value)) if (typeof child === 'object') left.push(child);
  }
};

const parseJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  if (PROTO_KEY.test(text)) dropProtoKeys(value);
  return value;
};

const readParams = (value: unknown): RpcParams | 'positional' | 'malformed' => {
  if (value === undefined) return {};
  if (Array.isArray(value)) return 'positional';
  return isObject(value) ? value : 'malformed';
};

const hasNumericId = (value: unknown): boolean => isObject(value) && typeof value.id === 'number';

const readItem = (value: unknown, isExact = true): Incoming => {
  if (!isObject(value)) return { kind: 'invalid', id: null, reason: 'a message is an object' };
  const hasId = 'id' in value;
  const own: unknown = isExact ? value.id : undefined;
  const id = isId(own) ? own : null;
  // Whatever else is wrong with it: two sides that answer each other's answers with errors would never end.
  if (!('method' in value) && ('result' in value || 'error' in value)) {
    return { kind: 'response', id, result: value.result, error: value.error };
  }
  if (value.jsonrpc !== '2.0') return { kind: 'invalid', id, reason: '"jsonrpc" must be "2.0"' };
  if (hasId && !isId(own)) {
    return { kind: 'invalid', id: null, reason: '"id" must be a string, an integer up to 2^53 − 1 or null' };
  }
  if (typeof value.method !== 'string') return { kind: 'invalid', id, reason: '"method" must be a string' };
  const params = readParams(value.params);
  return hasId
    ? { kind: 'request', id, method: value.method, params }
    : { kind: 'notification', method: value.method, params };
};

/** Reads one WebSocket text frame by JSON-RPC 2.0 §4–6; never throws. */
export const parseFrame = (text: string): Frame => {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return { kind: 'unparsable' };
  }
  if (!Array.isArray(value)) {
    return { kind: 'single', item: readItem(value, !hasNumericId(value) || areIdsExact(text)[0]) };
  }
  if (value.length === 0) return { kind: 'empty-batch' };
  const exact = value.some(hasNumericId) ? areIdsExact(text) : [];
  return { kind: 'batch', items: value.map((item, index) => readItem(item, exact[index])) };
};

export const encodeRequest = (id: RpcId, method: string, params: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });

export const encodeNotification = (method: string, params: object): string =>
  JSON.stringify({ jsonrpc: '2.0', method, params });

/**
 * A notification whose params are JSON text already. `seq` comes from the log and goes in front; an event is
 * encoded once and the text shared by all who receive it.
 */
export const encodeEvent = (method: string, seq: number, paramsText: string): string =>
  `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":{"seq":${seq}${paramsText === '{}' ? '' : ','}${paramsText.slice(1)}}`;
