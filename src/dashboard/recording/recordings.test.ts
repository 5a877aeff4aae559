import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRecording } from './read-recording.ts';
import { readText } from './read-text.ts';
import { storeOf } from './recording-store.ts';

const FOLDER = join(import.meta.dirname, '../../../public/recordings');
const MOST_BYTES = 300_000;

const listed: { file: string; title: string }[] = JSON.parse(readFileSync(join(FOLDER, 'recordings.json'), 'utf8'));

it('every recording that lies beside the dashboard is listed, and nothing else', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.gz'));
  expect(listed.map(({ file }) => file).sort()).toEqual(files.sort());
  expect(listed.length).toBe(8);
});

it.each(listed)(
  '“$title” is small, whole as it was written, and ends with a cause and a plan that worked',
  async ({ file }) => {
    const bytes = readFileSync(join(FOLDER, file));
    expect(bytes.length).toBeLessThan(MOST_BYTES);
    const read = await readRecording(await readText(new Blob([bytes])));
    if (!read.ok) throw new Error(read.reason);
    const { recording } = read;
    expect(recording).toMatchObject({ integrity: 'verified', unreadable: 0 });
    const investigation = storeOf(recording).feed(recording.head.incidentId)?.chronicle.investigation;
    expect(investigation?.rootCause?.statement).not.toMatch(/^Inconclusive/);
    expect(investigation?.rootCause?.confidence).toBeGreaterThanOrEqual(0.9);
    expect(investigation?.remediations.map(({ status }) => status)).toContain('executed');
  },
);

it('a text is read as it is where it was not packed', async () => {
  expect(await readText(new Blob(['plain']))).toBe('plain');
});
