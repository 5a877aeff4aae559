/** Well before a ticket expires. */
const FRESH_MS = 15_000;

const answers = new Map<string, Promise<unknown>>();

/** What is answered well, and undefined else: who needs it then asks anew, and is told why not. */
const ask = async (path: string, request: RequestInit): Promise<unknown> => {
  try {
    const headers = { accept: 'application/json', ...request.headers };
    const response = await fetch(path, { credentials: 'same-origin', ...request, headers });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
};

const isSomebody = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && 'user' in answer && answer.user !== null;

const askForTicket = async (session: Promise<unknown>): Promise<unknown> => {
  if (!isSomebody(await session)) return undefined;
  return ask('/auth/ticket', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
};

/** Asks who this is, and where it is somebody for a ticket to the relay, before the code is there that needs to know. */
export const askEarly = (): void => {
  const session = ask('/auth/session', {});
  answers.set('/auth/session', session).set('/auth/ticket', askForTicket(session));
};

/** An answer that was asked for early, once; undefined where there is none, or it has become old. */
export const takeEarly = async (path: string): Promise<unknown> => {
  const answer = answers.get(path);
  answers.delete(path);
  return performance.now() < FRESH_MS ? answer : undefined;
};
