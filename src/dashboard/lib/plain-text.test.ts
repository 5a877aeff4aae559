import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundText, textOf, toOneLine, toPlainText } from './plain-text.ts';

describe('text of strangers', () => {
  it('keeps ordinary text, new lines and tabs as they are', () => {
    expect(toPlainText('a\tb\nc <b>é 👩‍🚒</b>')).toBe('a\tb\nc <b>é 👩‍🚒</b>');
  });

  it('drops terminal colours, and what stands in brackets on a new line stays', () => {
    expect(toPlainText('\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\n[INFO] ok')).toBe('red link\n[INFO] ok');
  });

  it('shows null bytes, carriage returns and text that would run backwards', () => {
    expect(toPlainText('a\u0000b\rc\u202Egpj.exe')).toBe('a␀b␍c[U+202E]gpj.exe');
  });

  it('leaves nothing in that acts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(toPlainText(text)).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\ufeff]|(?![\n\t])\p{Cc}/u);
      }),
    );
  });

  it('is bounded, and says how much was left out', () => {
    expect(boundText('x'.repeat(10_000))).toEqual({ text: 'x'.repeat(4_000), left: 6_000 });
    expect(boundText('short')).toEqual({ text: 'short', left: 0 });
  });

  it('never cuts through a character', () => {
    expect(boundText(`${'x'.repeat(9)}😀`, 10)).toEqual({ text: 'x'.repeat(9), left: 2 });
  });

  it('makes one line of many', () => {
    expect(toOneLine(' a\n\n  b\tc ')).toBe('a b c');
    expect(toOneLine('y'.repeat(900))).toBe(`${'y'.repeat(400)}…`);
  });

  it('shows any value', () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(textOf({ a: 1 })).toBe('{\n  "a": 1\n}');
    expect(textOf(undefined)).toBe('undefined');
    expect(textOf(loop)).toBe('[object Object]');
  });
});
