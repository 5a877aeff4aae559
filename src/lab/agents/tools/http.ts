import type { z } from 'zod';
import { type CallOptions, callText } from '../../runtime/http-client.ts';

/** A tool that takes longer, or says more, is given up: an investigation waits for nobody. */
const TOOL_TIMEOUT_MS = 20_000;
const MOST_CHARACTERS = 2 * 1024 * 1024;

/** What was asked of the platform did not happen; `state` is how it is instead, where that was the reason. */
class Refused extends Error {
  override name = 'Refused';
}

export type Http = {
  get: <T>(path: string, query: Record<string, string | number | undefined>, schema: z.ZodType<T>) => Promise<T>;
  post: <T>(path: string, body: object, schema: z.ZodType<T>) => Promise<T>;
};

/** Calls one of the two addresses with the agents' token; bounded in time and size. */
export const createHttp = (baseUrl: string, token: string, signal: AbortSignal): Http => {
  const call = async <T>(method: 'GET' | 'POST', path: string, schema: z.ZodType<T>, body?: object): Promise<T> => {
    const options: CallOptions = {
      token,
      signal,
      timeoutMs: TOOL_TIMEOUT_MS,
      ...(body === undefined ? {} : { body }),
    };
    const text = await callText(method, `${baseUrl}${path}`, options);
    if (text.length > MOST_CHARACTERS)
      throw new Refused(`${path} answered ${text.length} characters; too many to read`);
    return schema.parse(JSON.parse(text));
  };
  return {
    get: (path, query, schema) => {
      const given = Object.entries(query).flatMap(([key, value]): [string, string][] =>
        value === undefined ? [] : [[key, String(value)]],
      );
      const search = new URLSearchParams(given).toString();
      return call('GET', search === '' ? path : `${path}?${search}`, schema);
    },
    post: (path, body, schema) => call('POST', path, schema, body),
  };
};
