import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run agent:logs -- --file app.log [--url ws://127.0.0.1:4400/v1/connect] [--key cflo_…]

Follows the file, learns which kinds of lines it has, and opens an incident when a new kind of error comes, or one comes
far more often than before. The key may also be in CAUSEFLOW_API_KEY; without one, what is noticed is only printed.`;

export type LogAgentArguments = { file: string; url: string; apiKey: string | undefined; name: string };

const DEFAULT_URL = 'ws://127.0.0.1:4400/v1/connect';

/** Reads the command line; throws with a sentence that says what is wrong. */
export const readArguments = (args: readonly string[], environment: NodeJS.ProcessEnv): LogAgentArguments => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      file: { type: 'string' },
      url: { type: 'string', default: environment.CAUSEFLOW_URL ?? DEFAULT_URL },
      key: { type: 'string' },
      name: { type: 'string', default: 'Log watch' },
    },
  });
  if (values.file === undefined) throw new Error('--file names the log to watch; it is missing.');
  if (!/^wss?:\/\//.test(values.url)) throw new Error(`--url is "${values.url}"; it begins with ws:// or wss://.`);
  return { file: values.file, url: values.url, apiKey: values.key ?? environment.CAUSEFLOW_API_KEY, name: values.name };
};
