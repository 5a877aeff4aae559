import type { AuditItem } from '../api/audit.ts';
import { capitalized } from '../lib/capitalized.ts';

/** `remediation.approved` as words: `Remediation approved`. */
export const actionInWords = (action: string): string => capitalized(action.replaceAll(/[._]+/g, ' ').trim());

/** Who acted, for people to read: an e-mail, what an agent calls itself, or else an id. */
export const whoActed = ({ actorType, actorEmail, actorId, metadata }: AuditItem): string | undefined => {
  if (actorEmail !== null && actorEmail !== undefined) return actorEmail;
  if (actorType === 'system') return undefined;
  const name = typeof metadata === 'object' && metadata !== null && 'agentName' in metadata && metadata.agentName;
  return actorType === 'ai_agent' && typeof name === 'string' ? name : (actorId ?? undefined);
};

/** The entries as they came, one a line, their hashes with them. */
export const toJsonLines = (items: readonly object[]): string =>
  items.map((item) => `${JSON.stringify(item)}\n`).join('');

const COLUMNS = [
  'timestamp',
  'action',
  'actorType',
  'actorId',
  'actorEmail',
  'resourceType',
  'resourceId',
  'incidentId',
  'metadata',
  'auditId',
  'hash',
] as const;

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** Quoted after RFC 4180. A cell that a spreadsheet would take for a formula is made text. */
const toCell = (value: unknown): string => {
  const text = textOf(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The same as a table; what is in `metadata` as JSON in one cell. */
export const toCsv = (items: readonly AuditItem[]): string =>
  [COLUMNS.join(','), ...items.map((item) => COLUMNS.map((column) => toCell(item[column])).join(','))]
    .map((line) => `${line}\r\n`)
    .join('');
