import { clsx } from 'clsx';
import { useState } from 'react';
import { CodeBlock } from '../ui/code-block.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { boundText, toPlainText } from './plain-text.ts';

type TextProps = { text: string; className?: string | undefined; most?: number | undefined };

const More = ({ left, onPress }: { left: number; onPress: () => void }) => (
  <button type="button" onClick={onPress} className="rounded-sm text-accent text-xs underline-offset-2 hover:underline">
    Show all ({formatNumber(left)} more characters)
  </button>
);

const useBounded = (text: string, most: number | undefined) => {
  const [all, setAll] = useState(false);
  const bound = boundText(text, most);
  const cut = bound.left > 0 && !all;
  return { shown: all ? toPlainText(text) : bound.text, left: cut ? bound.left : 0, showAll: () => setAll(true) };
};

/** Prose of strangers: as text, its beginning first. */
export const PlainText = ({ text, className, most }: TextProps) => {
  const { shown, left, showAll } = useBounded(text, most);
  return (
    <>
      <span className={clsx('wrap-anywhere whitespace-pre-wrap', className)}>{shown}</span>
      {left > 0 && (
        <>
          … <More left={left} onPress={showAll} />
        </>
      )}
    </>
  );
};

/** The same for what a machine wrote. */
export const PlainCode = ({ text, label, full = false, most }: TextProps & { label: string; full?: boolean }) => {
  const { shown, left, showAll } = useBounded(text, most);
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      <CodeBlock code={shown} label={label} full={full} className="w-full" />
      {left > 0 && <More left={left} onPress={showAll} />}
    </div>
  );
};
