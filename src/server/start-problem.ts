import { type Config, ConfigError } from './config.ts';
import { DAMAGED } from './log/integrity.ts';

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const firstLineOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';

/** What is wrong with `DATA_DIR` where the log in it could not be opened. */
export const dataDirProblem = (error: unknown, { dataDir }: Config): ConfigError => {
  const reason = firstLineOf(error);
  if (reason.startsWith(DAMAGED)) {
    const remedy = 'put a backup of log.db in its place, or begin a new log elsewhere';
    return new ConfigError(`DATA_DIR ${dataDir} cannot be used: ${reason}; ${remedy}, for example DATA_DIR=.data-2`);
  }
  const what = reason.startsWith('DATA_DIR ') ? reason : `DATA_DIR ${dataDir} cannot be used (${reason})`;
  return new ConfigError(`${what}, for example DATA_DIR=.data-2 is another one`);
};

/** What is wrong with `HOST` or `PORT` where the system does not let us listen; any other error as it is. */
export const listenProblem = (error: unknown, { host, port }: Config): unknown => {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new ConfigError(`PORT ${port} is taken by another program, for example PORT=0 picks a free one`);
    case 'EACCES':
      return new ConfigError(`PORT ${port} may not be opened by this user, for example PORT=4400`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new ConfigError(`HOST ${host} is no address of this machine, for example HOST=127.0.0.1`);
    default:
      return error;
  }
};

/** What is wrong with NATS, or with `DATA_DIR`, where the log in JetStream could not be opened. No secret is in it. */
export const natsProblem = (error: unknown, config: Config): ConfigError => {
  const reason = firstLineOf(error);
  if (reason.startsWith('DATA_DIR ') || (codeOf(error) !== undefined && isAbout(error, config.dataDir))) {
    return dataDirProblem(error, config);
  }
  const { urls, credentials, authority } = config.nats?.nats ?? { urls: [] };
  if (credentials !== undefined && isAbout(error, credentials)) {
    return new ConfigError(`NATS_CREDS cannot be read (${reason}), for example NATS_CREDS=/etc/nats/live.creds`);
  }
  if (authority !== undefined && isAbout(error, authority)) {
    return new ConfigError(`NATS_CA cannot be read (${reason}), for example NATS_CA=/etc/nats/ca.pem`);
  }
  const hosts = urls.map(({ host }) => host).join(',');
  return new ConfigError(`NATS_URL ${hosts} cannot be used (${reason}), for example NATS_URL=nats://127.0.0.1:4222`);
};

const isAbout = (error: unknown, path: string): boolean =>
  typeof error === 'object' && error !== null && 'path' in error && String(error.path).startsWith(path);
