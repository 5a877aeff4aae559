import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Bench, Row } from './bench.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const GIB = 1024 ** 3;

const versionOf = (name: string): string => {
  try {
    const text = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
    return `${name} ${z.object({ version: z.string() }).parse(JSON.parse(text)).version}`;
  } catch {
    return `${name} is not installed`;
  }
};

export type Report = {
  bench: string;
  what: string;
  date: string;
  machine: string;
  versions: readonly string[];
  rows: readonly Row[];
};

/** Runs a bench and says where it ran. The load before it began tells how much the machine had to do besides. */
export const reportOf = async (name: string, bench: Bench, size: 'full' | 'tiny'): Promise<Report> => {
  const all = cpus();
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const machine = `${all.length} × ${all[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / GIB)} GiB, load ${load} before`;
  const date = new Date().toISOString();
  const versions = [`Node ${process.versions.node}`, ...bench.packages.map(versionOf)];
  return { bench: name, what: bench.what, date, machine, versions, rows: await bench.run(size) };
};

const shown = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });

const lineOf = (row: Row, index: number): string => {
  const figure = row.figures[index];
  if (figure === undefined) return '';
  const own = row.figures[0]?.value;
  const value = figure.value === null ? 'not measured' : `${shown(figure.value)} ${row.unit}`;
  const ratio =
    index === 0 || !own || !figure.value
      ? ''
      : `  ours: ${(row.better === 'more' ? own / figure.value : figure.value / own).toFixed(2)} × as good`;
  return `  ${figure.side.padEnd(16)} ${value}${ratio}${figure.note === '' ? '' : `  (${figure.note})`}`;
};

/** The report as a person reads it. */
export const textOf = (report: Report): string =>
  [
    `${report.bench}: ${report.what}`,
    `${report.date}, ${report.machine}; ${report.versions.join(', ')}`,
    ...report.rows.flatMap((row) => [
      '',
      `${row.name}  goal: ${row.goal}`,
      ...row.figures.map((_, at) => lineOf(row, at)),
    ]),
  ].join('\n');
