import { toPlainText } from '../lib/plain-text.ts';
import { diffWords } from './diff-words.ts';

/** A text as it is now, with what changed in it since it was last shown. */
export const WordDiff = ({ before, after }: { before: string; after: string }) => {
  let offset = 0;
  return diffWords(toPlainText(before), toPlainText(after)).map((part) => {
    offset += part.text.length;
    if (part.kind === 'same') return <span key={`s${offset}`}>{part.text}</span>;
    return part.kind === 'added' ? (
      <ins key={`a${offset}`} className="rounded-sm bg-good-soft text-good no-underline">
        {part.text}
      </ins>
    ) : (
      <del key={`r${offset}`} className="rounded-sm bg-bad-soft text-bad">
        {part.text}
      </del>
    );
  });
};
