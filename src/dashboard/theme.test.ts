import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./theme.css', import.meta.url), 'utf8');

/** The raw tokens of a theme, as theme.css gives them. */
const tokensOf = (theme: 'dark' | 'light'): Map<string, string> => {
  const block = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name ?? '', value ?? '']),
  );
};

/** WCAG 2.2, relative luminance. */
const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};

const grounds = ['canvas', 'surface', 'raised', 'sunken', 'hover', 'selected', 'field'];
const texts = ['ink', 'muted', 'faint', 'accent', 'good', 'warn', 'bad', 'critical', 'high', 'medium', 'low', 'info'];
const softOnes = ['accent', 'good', 'warn', 'bad', 'critical', 'high', 'medium', 'low'];

/** Everything that is read, on everything that it stands on. */
const textPairs = [
  ...texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)),
  ...softOnes.map((name) => [name, `${name}-soft`] as const),
  ...softOnes.map((name) => ['ink', `${name}-soft`] as const),
  ['on-accent', 'accent-strong'] as const,
  ['on-accent', 'accent-hover'] as const,
  ['surface', 'warn'] as const,
];
/** What has to be seen, but not read: the edge of a control, the ring of the focus. */
const shapePairs = [
  ...['control', 'accent'].flatMap((shape) => grounds.slice(0, 5).map((ground) => [shape, ground] as const)),
];

describe.each(['dark', 'light'] as const)('the %s theme', (theme) => {
  const tokens = tokensOf(theme);
  const tooLow = (pairs: readonly (readonly [string, string])[], least: number): string[] =>
    pairs.flatMap(([front, ground]) => {
      const [a, b] = [tokens.get(front), tokens.get(ground)];
      if (a === undefined || b === undefined) return [`${front} or ${ground} is no token`];
      const ratio = contrast(a, b);
      return ratio < least ? [`${front} on ${ground}: ${ratio.toFixed(2)}`] : [];
    });

  it('has every text readable on every ground it stands on: 4.5 to 1', () => {
    expect(tooLow(textPairs, 4.5)).toEqual([]);
  });

  it('has the edges of controls and the ring of the focus visible: 3 to 1', () => {
    expect(tooLow(shapePairs, 3)).toEqual([]);
  });

  it('leaves no colour of the other theme out', () => {
    const other = tokensOf(theme === 'dark' ? 'light' : 'dark');
    expect([...tokens.keys()].sort()).toEqual([...other.keys()].sort());
  });
});
