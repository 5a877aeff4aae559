import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How far each log of a data directory is known to have come, by its epoch: clients were told of what is before. */
export type KnownHeads = ReadonlyMap<string, number>;

const FILE = 'log.heads';

/** What was noted in the data directory; lines that cannot be read are as none. */
export const readKnownHeads = async (dataDir: string): Promise<KnownHeads> => {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch(() => '');
  return new Map([...text.matchAll(/^(\S+) (\d+)$/gm)].map(([, epoch = '', position]) => [epoch, Number(position)]));
};

/** Notes them after what they name is on the disk: a note that is lost or late only knows less. */
export const noteKnownHeads = async (dataDir: string, heads: KnownHeads): Promise<void> => {
  const path = join(dataDir, FILE);
  await writeFile(`${path}.new`, [...heads].map(([epoch, position]) => `${epoch} ${position}\n`).join(''));
  await rename(`${path}.new`, path);
};
