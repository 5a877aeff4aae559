/** As much of a text as is shown before somebody asks for the rest. */
const SHOWN_CHARS = 4_000;
const LINE_CHARS = 400;

const ESCAPE = String.fromCharCode(27);
const BELL = String.fromCharCode(7);
/** Terminal sequences: colours and cursor moves (CSI), titles and links (OSC). */
const terminal = new RegExp(
  `${ESCAPE}\\[[0-9;:?]*[ -/]*[@-~]|${ESCAPE}\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)?`,
  'g',
);
/** What reorders or hides text: bidirectional controls, and characters without width. */
const invisible = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;
const control = /\p{Cc}/gu;

const nameOf = (character: string): string =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

const picture = (character: string): string => {
  if (character === '\n' || character === '\t') return character;
  const code = character.charCodeAt(0);
  if (code < 32) return String.fromCharCode(0x2400 + code);
  return code === 127 ? '␡' : nameOf(character);
};

/** Text of strangers as text that only shows: nothing in it moves, hides or reorders what stands around it. */
export const toPlainText = (text: string): string =>
  text.replace(terminal, '').replaceAll('\r\n', '\n').replace(control, picture).replace(invisible, nameOf);

const cutAt = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? most - 1 : most);
};

/** The beginning of a text, and how many characters were left out. */
export const boundText = (text: string, most = SHOWN_CHARS): { text: string; left: number } => {
  const cut = cutAt(text, most);
  return { text: toPlainText(cut), left: text.length - cut.length };
};

/** For a row: one line, whatever the text holds. */
export const toOneLine = (text: string, most = LINE_CHARS): string => {
  const cut = cutAt(text, most);
  const line = toPlainText(cut).replace(/\s+/gu, ' ').trim();
  return cut.length < text.length ? `${line}…` : line;
};

/** Any value as text: a string as it is, everything else as JSON. */
export const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value, null, 2) ?? String(value);
  } catch {
    return String(value);
  }
};
