export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One call of the API; the answer must be a JSON object. */
export const request = async (
  address: string,
  method: string,
  path: string,
  options: { token?: string; headers?: Record<string, string>; body?: unknown; text?: string } = {},
): Promise<Answer> => {
  const { token, body, text } = options;
  const response = await fetch(address + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? (text === undefined ? {} : { body: text }) : { body: JSON.stringify(body) }),
  });
  const content = await response.text();
  let read: unknown;
  try {
    read = JSON.parse(content);
  } catch {
    read = undefined;
  }
  if (!isRecord(read)) throw new Error(`${method} ${path} answered ${response.status} with no object: ${content}`);
  return { status: response.status, headers: response.headers, body: read };
};

export type Api = {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  patch(path: string, body?: unknown): Promise<Answer>;
  delete(path: string, body?: unknown): Promise<Answer>;
  /** Opens an incident by hand and returns its id. */
  openIncident(fields?: { title?: string; description?: string; severity?: string }): Promise<string>;
};

/** The API as one person uses it. */
export const apiOf = (address: string, token: string): Api => {
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    request(address, method, path, body === undefined ? { token } : { token, body });
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path, body) => call('DELETE', path, body),
    async openIncident(fields = {}) {
      const { status, body } = await call('POST', '/v1/incidents/chat', {
        title: 'Checkout is slow',
        description: 'The checkout takes ten seconds.',
        ...fields,
      });
      if (status !== 201 || typeof body.incidentId !== 'string')
        throw new Error(`No incident: ${JSON.stringify(body)}`);
      return body.incidentId;
    },
  };
};
