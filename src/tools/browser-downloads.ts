import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Candidate, fromPlaywright, fromSystem } from './browser-candidates.ts';
import { commandOf, ROOT } from './root.ts';
import { type Ran, run, runNode } from './run.ts';

export type Fetched = Candidate | { name: string; problem: string };

const IDLE_MS = 120_000;
const PACKAGE = '@sparticuz/chromium';

// The last line that says something is nearly always the reason.
const reason = ({ code, output }: Ran): string => {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => /error|no progress|unable|failed/i.test(line));
  return telling.at(0) ?? lines.filter((line) => line !== '').at(-1) ?? `exit code ${code}`;
};

const playwrightDownload = async (): Promise<Fetched> => {
  const name = "Playwright's download";
  const ran = await runNode(commandOf('@playwright/test', 'playwright'), ['install', 'chromium'], {
    quiet: true,
    idleMs: IDLE_MS,
  });
  const own = fromPlaywright()[0];
  return own === undefined || ran.code !== 0 ? { name, problem: reason(ran) } : { name, path: own.path };
};

/** Newer versions of the package need a newer Node; 143.0.4 is the last made for Node 20. */
const packagedVersion = (): string => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 17) ? 'latest' : '143.0.4';
};

type PackagedChromium = { default: { executablePath: () => Promise<string> } };

const npmPackage = async (): Promise<Fetched> => {
  const name = `the npm package ${PACKAGE}`;
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    return { name, problem: `it has no build for ${process.platform} ${process.arch}` };
  }
  const folder = join(ROOT, 'node_modules', '.cache', 'causeflow-live', 'chromium');
  const manifest = join(folder, 'package.json');
  if (!existsSync(join(folder, 'node_modules', PACKAGE, 'package.json'))) {
    mkdirSync(folder, { recursive: true });
    // With a package.json of its own npm does not climb up and install into this project.
    writeFileSync(manifest, '{ "private": true }\n');
    const install = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund'];
    const ran = await run('npm', [...install, `${PACKAGE}@${packagedVersion()}`], { quiet: true, idleMs: IDLE_MS });
    if (ran.code !== 0) return { name, problem: reason(ran) };
  }
  // Made for AWS Lambda: taken for it, the package also unpacks the shared libraries (NSS and so on) a bare machine
  // lacks, and puts them on LD_LIBRARY_PATH, where the browser started from here inherits them.
  process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x';
  try {
    const entry = createRequire(manifest).resolve(PACKAGE);
    const packaged: PackagedChromium = await import(pathToFileURL(entry).href);
    return { name, path: await packaged.default.executablePath() };
  } catch (error) {
    return { name, problem: error instanceof Error ? error.message : String(error) };
  } finally {
    delete process.env.AWS_LAMBDA_JS_RUNTIME;
  }
};

const packageManager = async (): Promise<Fetched> => {
  const name = "the system's package manager";
  if (process.platform === 'darwin') return { name, problem: 'please run `brew install --cask chromium`' };
  if (process.platform === 'win32') return { name, problem: 'please install Chrome or Edge' };
  if (process.getuid?.() !== 0) return { name, problem: 'please install chromium with it: that takes root' };
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { quiet: true, idleMs: IDLE_MS, env };
  await run('apt-get', ['update'], options);
  const ran = await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
  const found = fromSystem()[0];
  return ran.code !== 0 || found === undefined ? { name, problem: reason(ran) } : { name, path: found.path };
};

/** The ways to get a browser, the cleanest first; each is only walked when those before it led nowhere. */
export const downloads: readonly (() => Promise<Fetched>)[] = [playwrightDownload, npmPackage, packageManager];
