import { HELP, readArguments } from './arguments.ts';
import { ConfigError, readConfig } from './config.ts';
import type { RunOptions } from './run.ts';
import { readVersion } from './version.ts';

export type MainOptions = RunOptions & {
  /** What must be there before the server is loaded; done once the configuration is known to be good. */
  prepare?: () => Promise<void>;
};

/** Starts the server by its options and the environment; a start that cannot go on says why in one line and exits with 1. */
export const main = async ({ prepare, ...options }: MainOptions = {}): Promise<void> => {
  try {
    const asked = readArguments(process.argv.slice(2));
    if (asked.command === 'help' || asked.command === 'version') {
      process.stdout.write(asked.command === 'help' ? HELP : `${readVersion()}\n`);
      return;
    }
    const config = readConfig({ ...process.env, ...asked.environment });
    if (asked.command === 'migrate') {
      const { migrateTo } = await import('./migrate/migrate.ts');
      await migrateTo(config);
      return;
    }
    await prepare?.();
    // Loaded only now: a value that cannot be is said at once, and the server looks for the dashboard as it loads.
    const { run } = await import('./run.ts');
    await run(config, options);
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    process.stderr.write(`causeflow-live: ${line}\n`);
    if (!(error instanceof ConfigError) && error instanceof Error && process.env.LOG_LEVEL === 'debug') {
      process.stderr.write(`${error.stack ?? ''}\n`);
    }
    process.exit(1);
  }
};
