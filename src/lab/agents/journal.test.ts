import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from './journal.ts';

describe('the journal of open incidents', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const dispatch = { incidentId: 'inc_1', title: 'Slow', description: '', severity: 'high' as const };
  const again = { dispatch, hasBegun: false, since: 12 };

  it('knows after a restart what was open, and what is to be investigated again', () => {
    const file = join(folder, 'open.json');
    const journal = openJournal(file);
    journal.add('inc_1');
    journal.add('inc_2');
    journal.keepAgain('inc_1', again);
    const later = openJournal(file);
    later.add('inc_1');
    expect(later.incidents()).toEqual(['inc_1', 'inc_2']);
    expect(later.again('inc_1')).toEqual(again);
    expect(later.again('inc_2')).toBeUndefined();
    later.keepAgain('inc_1', undefined);
    later.remove('inc_2');
    expect(openJournal(file).incidents()).toEqual(['inc_1']);
    expect(openJournal(file).again('inc_1')).toBeUndefined();
  });

  it('reads the incidents where nothing else was written, and nothing from what is broken', () => {
    const file = join(folder, 'open.json');
    writeFileSync(file, '["inc_1"]');
    expect(openJournal(file).incidents()).toEqual(['inc_1']);
    writeFileSync(file, '["inc_1"');
    expect(openJournal(file).incidents()).toEqual([]);
  });
});
