import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ROOT } from '../../src/tools/root.ts';

const run = promisify(execFile);

const Lock = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), optional: z.boolean().optional() })),
});
const Manifest = z.object({ name: z.string(), bin: z.record(z.string(), z.string()) });

/** Installed for running, and not for developing alone; what another system would need is not here. */
const runtimePackages = async (): Promise<string[]> => {
  const { packages } = Lock.parse(JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')));
  return Object.entries(packages)
    .filter(([path, { dev }]) => dev !== true && /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path))
    .map(([path]) => path);
};

export type Packed = {
  /** A folder with nothing in it but what `npm install <tarball>` brings. */
  folder: string;
  /** The script behind the package's command. */
  command: string;
  remove(): Promise<void>;
};

/**
 * The package as `npm pack` makes it of the present build, unpacked where nothing else is: its own files and the
 * packages that it needs to run, which are those of this checkout.
 */
export const installPacked = async (): Promise<Packed> => {
  const folder = await mkdtemp(join(tmpdir(), 'causeflow-packed-'));
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    cwd: ROOT,
  });
  const tarball = join(folder, basename(stdout.trim()));
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  await run('tar', ['-xzf', tarball, '-C', modules]);
  await rm(tarball);
  const home = join(modules, 'causeflow-live');
  await rename(join(modules, 'package'), home);
  for (const path of await runtimePackages()) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(ROOT, path), join(folder, path), 'dir');
  }
  const { name, bin } = Manifest.parse(JSON.parse(await readFile(join(home, 'package.json'), 'utf8')));
  return {
    folder,
    command: join(home, bin[name] ?? ''),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
