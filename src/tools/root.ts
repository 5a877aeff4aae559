import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of package.json; the same from src/tools and from dist/tools. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** The script behind a command of an installed package, to be run with this same Node: `npx` would start another. */
export const commandOf = (packageName: string, command: string): string => {
  const folder = join(ROOT, 'node_modules', packageName);
  const manifest: { bin?: string | Record<string, string> } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const script = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin?.[command];
  if (script === undefined) throw new Error(`${packageName} has no command ${command}`);
  return join(folder, script);
};
