export type DiffLine = {
  kind: 'added' | 'removed' | 'context' | 'hunk';
  text: string;
  /** The line's number in the file as it became; of a removed line, as it was. */
  number: number | null;
};

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** Reads a unified diff; the lines that name the files are left out, for the path stands above. */
export const parseDiff = (unified: string): DiffLine[] => {
  let before = 0;
  let after = 0;
  let inHunk = false;
  const lines: DiffLine[] = [];
  for (const line of unified.replace(/\n$/, '').split('\n')) {
    const hunk = HUNK.exec(line);
    if (hunk !== null) {
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      inHunk = true;
      lines.push({ kind: 'hunk', text: line, number: null });
    } else if (!inHunk && /^(?:---|\+\+\+|diff |index )/.test(line)) {
      // Names of files.
    } else if (line.startsWith('+')) {
      lines.push({ kind: 'added', text: line.slice(1), number: inHunk ? after++ : null });
    } else if (line.startsWith('-')) {
      lines.push({ kind: 'removed', text: line.slice(1), number: inHunk ? before++ : null });
    } else {
      lines.push({ kind: 'context', text: line.replace(/^ /, ''), number: inHunk ? after++ : null });
      before += 1;
    }
  }
  return lines;
};
