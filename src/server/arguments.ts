import { parseArgs } from 'node:util';
import { ConfigError } from './config.ts';

/** What `--help` prints. */
export const HELP = `Usage: causeflow-live [options]
       causeflow-live migrate --to <nats://…> [--data-dir <path>]

Watch AI agents investigate an incident as it happens, and approve or reject the fixes they propose.

  --port <number>    where to listen; 0 takes a free port (PORT, 4400)
  --host <address>   the address to listen on (HOST, 127.0.0.1)
  --data-dir <path>  the folder of the log (DATA_DIR, .data)
  --demo, --no-demo  with or without the live lab (DEMO, on without JWT_SECRET and JWKS_URL)
  --version          the version
  --help             this text

migrate copies the log of a data directory, which no server may be using, into NATS JetStream, and verifies the copy. One
that was interrupted goes on where it ended. --to is NATS_URL.

An option wins over the environment variable beside it. All else is set by environment variables: see the README.
`;

export type Arguments =
  | { command: 'help' }
  | { command: 'version' }
  | { command: 'start' | 'migrate'; environment: Record<string, string> };

const COMMANDS = ['start', 'migrate'] as const;

const problem = (why: string): ConfigError => new ConfigError(`${why}; --help lists the options`);

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        'data-dir': { type: 'string' },
        demo: { type: 'boolean' },
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        to: { type: 'string' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    const [why = ''] = error instanceof Error ? error.message.split(/[.\n] ?/, 1) : [];
    throw problem(why);
  }
};

/**
 * Reads what follows the command, as the environment variables that it stands for. Throws a `ConfigError` of one line
 * for an option that isn't there, has no value or has one too many.
 */
export const readArguments = (args: readonly string[]): Arguments => {
  const { values, positionals } = parse(args);
  if (values.help === true) return { command: 'help' };
  if (values.version === true) return { command: 'version' };
  const [named = 'start', ...more] = positionals;
  const command = COMMANDS.find((one) => one === named);
  if (command === undefined || more.length > 0) throw problem(`'${positionals.at(-1)}' is no command`);
  if (values.to !== undefined && command !== 'migrate') throw problem(`'--to' belongs to migrate`);
  const given = {
    PORT: values.port,
    HOST: values.host,
    DATA_DIR: values['data-dir'],
    NATS_URL: values.to,
    DEMO: values.demo === undefined ? undefined : values.demo ? '1' : '0',
  };
  const environment = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { command, environment: Object.fromEntries(environment) };
};
