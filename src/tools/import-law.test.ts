import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandOf, ROOT } from './root.ts';

/** [importing file, import]; each is a file of its own in a folder that holds nothing but the linter's config. */
const ILLEGAL: readonly (readonly [string, string])[] = [
  ['protocol/a.ts', '../incident/state.ts'],
  ['protocol/deep/a.ts', '../../server/main.ts'],
  ['protocol/a.ts', 'ws'],
  ['protocol/a.ts', 'node:crypto'],
  ['incident/a.ts', '../server/main.ts'],
  ['incident/a.ts', 'zod'],
  ['server/a.ts', '../agent/client.ts'],
  ['server/http/a.ts', '../../lab/main.ts'],
  ['server/http/a.ts', '../../dashboard/api/client.ts'],
  ['server/a/b/c/d/a.ts', '../../../../../tools/start.ts'],
  ['server/a.ts', './testing/clock.ts'],
  ['server/a.ts', './log.test.ts'],
  ['agent/a.ts', '../server/main.ts'],
  ['agent/a.ts', '../incident/state.ts'],
  ['lab/scenarios/deep/a.ts', '../../../server/main.ts'],
  ['lab/a.test.ts', '../server/main.ts'],
  ['dashboard/api/a.ts', '../../server/main.ts'],
  ['dashboard/api/a.ts', '../../agent/client.ts'],
  ['dashboard/lib/a.ts', 'node:fs'],
  ['dashboard/lib/a.ts', 'fs'],
  ['dashboard/lib/a.ts', '../incidents/list.tsx'],
  ['dashboard/ui/a.tsx', '../lib/time.ts'],
  ['dashboard/ui/a.tsx', '../../protocol/ids.ts'],
  ['dashboard/ui/table/a.tsx', '../../../protocol/ids.ts'],
  ['dashboard/incidents/a.tsx', '../approvals/panel.tsx'],
  ['dashboard/incidents/list/a.tsx', '../../approvals/panel.tsx'],
  ['dashboard/incidents/a.tsx', '../app/routes.tsx'],
];

const LEGAL: readonly (readonly [string, string])[] = [
  ['protocol/a.ts', 'zod'],
  ['protocol/a.ts', './ids.ts'],
  ['protocol/deep/a.ts', '../ids.ts'],
  ['protocol/a.test.ts', 'fast-check'],
  ['incident/a.ts', '../protocol/ids.ts'],
  ['incident/a.test.ts', 'vitest'],
  ['server/http/a.ts', '../../incident/state.ts'],
  // A folder of the server that happens to be called like an area is still the server's.
  ['server/http/a.ts', '../agent/sessions.ts'],
  ['server/a.test.ts', './testing/clock.ts'],
  ['server/a.test.ts', '../agent/testing/fake.ts'],
  ['agent/a.ts', '../protocol/ids.ts'],
  ['lab/scenarios/a.ts', '../../agent/client.ts'],
  ['tools/a.ts', '../server/main.ts'],
  ['dashboard/main.tsx', './app/routes.tsx'],
  ['dashboard/app/a.tsx', '../incidents/list.tsx'],
  ['dashboard/app/pages/a.tsx', '../../incidents/list.tsx'],
  ['dashboard/incidents/a.tsx', '../ui/button.tsx'],
  ['dashboard/incidents/list/a.tsx', '../../store/incidents.ts'],
  ['dashboard/incidents/list/a.tsx', '../row.tsx'],
  ['dashboard/incidents/a.tsx', '../../protocol/ids.ts'],
  ['dashboard/store/a.ts', '../relay/socket.ts'],
  ['dashboard/ui/table/a.tsx', '../button.tsx'],
];

/** Every way to import, all of which have to obey. */
const FORMS: Record<string, (from: string) => string> = {
  'a static import': (from) => `import { x } from '${from}';\nexport const y = [x];\n`,
  'a type import': (from) => `import type { X } from '${from}';\nexport type Y = X[];\n`,
  'a dynamic import': (from) => `export const y = import('${from}');\n`,
  'an import for its effect': (from) => `import '${from}';\n`,
  'an import in a type': (from) => `export type Y = import('${from}').X;\n`,
  'an export from': (from) => `export { x } from '${from}';\n`,
};

type Report = { diagnostics: { location: { path: string }; code: { value: string } }[] };

const LAW = /^plugin$|noNodejsModules$/;

describe('the import law', () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-law-'));
  const refused = new Set<string>();

  const plant = (group: string, file: string, source: string): string => {
    const path = join(group, 'src', file);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), source);
    return path;
  };
  const first = FORMS['a static import'] ?? String;
  const planted = (kind: string, index: number, [file, from]: readonly [string, string]): string =>
    plant(`${kind}-${index}`, file, first(from));
  const legal = LEGAL.map((pair, index) => planted('legal', index, pair));
  const illegal = ILLEGAL.map((pair, index) => planted('illegal', index, pair));
  const forms = Object.values(FORMS).map((form, index) => plant(`form-${index}`, 'agent/a.ts', form('../server/a.ts')));

  beforeAll(async () => {
    cpSync(join(ROOT, '.biome'), join(folder, '.biome'), { recursive: true });
    cpSync(join(ROOT, '.biome.json'), join(folder, '.biome.json'));
    const args = ['lint', '--vcs-enabled=false', '--reporter=rdjson', '--max-diagnostics=none', '.'];
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, [commandOf('@biomejs/biome', 'biome'), ...args], { cwd: folder }, (_, stdout) =>
        resolve(stdout),
      );
    });
    const report: Report = JSON.parse(output);
    for (const { code, location } of report.diagnostics) {
      if (LAW.test(code.value)) refused.add(location.path);
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(ILLEGAL.map(([file, from], index) => [file, from, index] as const))(
    'refuses that %s imports %s',
    (_file, _from, index) => expect(refused).toContain(illegal[index]),
  );

  it.each(LEGAL.map(([file, from], index) => [file, from, index] as const))(
    'lets %s import %s',
    (_file, _from, index) => expect(refused).not.toContain(legal[index]),
  );

  it.each(Object.keys(FORMS).map((form, index) => [form, index] as const))('sees %s', (_form, index) =>
    expect(refused).toContain(forms[index]),
  );
});
