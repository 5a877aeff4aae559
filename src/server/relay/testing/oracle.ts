/**
 * What a frame must be answered with, worked out from JSON-RPC 2.0 and the contract alone and by other code than the
 * server's. `codes` of null: a result or any refusal will do, as long as it is none of our own failures.
 */
export type Due = { ids: readonly unknown[]; codes: readonly (number | null)[]; isBatch: boolean } | 'pong';

type Item = { id: unknown; code: number | null } | 'pong' | 'nothing';

const has = Object.hasOwn;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isId = (id: unknown): boolean => id === null || typeof id === 'string' || Number.isSafeInteger(id);

export const KNOWN: ReadonlySet<string> = new Set([
  'ping',
  'investigation.subscribe',
  'investigation.unsubscribe',
  'remediation.subscribe',
  'notifications.subscribe',
  'dispatch.subscribe',
  'auth.refresh',
  'rpc.discover',
  'investigation.progress',
  'hypothesis.updated',
  'remediation.proposed',
]);

const itemDue = (value: unknown): Item => {
  if (!isObject(value)) return { id: null, code: -32600 };
  if (!has(value, 'method') && (has(value, 'result') || has(value, 'error'))) return 'nothing';
  const id = has(value, 'id') && isId(value.id) ? value.id : null;
  const isSound = value.jsonrpc === '2.0' && typeof value.method === 'string' && (!has(value, 'id') || isId(value.id));
  if (!isSound) return { id: has(value, 'id') && !isId(value.id) ? null : id, code: -32600 };
  const isStructure = !has(value, 'params') || (typeof value.params === 'object' && value.params !== null);
  const isNamed = !Array.isArray(value.params);
  const method = String(value.method);
  if (!has(value, 'id')) return method === 'ping' && isStructure && isNamed ? 'pong' : 'nothing';
  if (!isStructure) return { id, code: -32600 };
  if (!KNOWN.has(method)) return { id, code: -32601 };
  return { id, code: isNamed ? null : -32602 };
};

const single = (id: unknown, code: number | null): Due => ({ ids: [id], codes: [code], isBatch: false });

export const dueTo = (text: string, mostItems: number): readonly Due[] => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [single(null, -32700)];
  }
  if (!Array.isArray(value)) {
    const due = itemDue(value);
    return due === 'nothing' ? [] : due === 'pong' ? ['pong'] : [single(due.id, due.code)];
  }
  if (value.length === 0 || value.length > mostItems) return [single(null, -32600)];
  const items = value.map(itemDue);
  const answers = items.flatMap((item) => (typeof item === 'string' ? [] : [item]));
  const pongs = items.filter((item) => item === 'pong').map((): Due => 'pong');
  return answers.length === 0
    ? pongs
    : [...pongs, { ids: answers.map(({ id }) => id), codes: answers.map(({ code }) => code), isBatch: true }];
};

const ALLOWED: ReadonlySet<unknown> = new Set([-32602, -32002, -32003, -32004]);

/** Whether a frame that came is what is due. A request whose id is still in flight is refused, too; null never is one. */
const fits = (due: Due, frame: unknown): boolean => {
  if (due === 'pong') return isObject(frame) && frame.method === 'pong';
  if (Array.isArray(frame) !== due.isBatch) return false;
  const answers: unknown[] = Array.isArray(frame) ? frame : [frame];
  return (
    answers.length === due.ids.length &&
    answers.every((answer, index) => {
      if (!isObject(answer) || JSON.stringify(answer.id) !== JSON.stringify(due.ids[index])) return false;
      const code = isObject(answer.error) ? answer.error.code : undefined;
      const expected = due.codes[index];
      if (code === -32600 && answer.id !== null) return true;
      return expected === null ? has(answer, 'result') || ALLOWED.has(code) : code === expected;
    })
  );
};

/** Takes from the list what a frame settles, the most certain first; false where nothing in it was due. */
export const settle = (left: Due[], frame: unknown): boolean => {
  const isCertain = (due: Due): boolean => due === 'pong' || !due.codes.includes(null);
  const found = left.find((due) => isCertain(due) && fits(due, frame)) ?? left.find((due) => fits(due, frame));
  if (found === undefined) return false;
  left.splice(left.indexOf(found), 1);
  return true;
};
