import { clsx } from 'clsx';
import { CopyButton } from './copy-button.tsx';

type CodeBlockProps = {
  /** Shown as text, whatever it holds. */
  code: string;
  label?: string | undefined;
  wrap?: boolean | undefined;
  /** Without a bound of its own height. */
  full?: boolean | undefined;
  className?: string | undefined;
};

export const CodeBlock = ({ code, label = 'Code', wrap = true, full = false, className }: CodeBlockProps) => (
  <div className={clsx('group relative min-w-0 rounded-md border border-line bg-sunken', className)}>
    {/* An article and no region: many of these stand in one view, and landmarks are for finding one's way. */}
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
    <article tabIndex={0} aria-label={label} className={clsx('overflow-auto rounded-md', !full && 'max-h-72')}>
      <pre
        className={clsx(
          'py-2 pr-10 pl-3 font-mono text-ink text-xs',
          wrap ? 'whitespace-pre-wrap wrap-anywhere' : 'w-max',
        )}
      >
        {code}
      </pre>
    </article>
    <div className="absolute top-0.5 right-0.5 rounded-md bg-sunken">
      <CopyButton text={code} label={`Copy ${label.toLowerCase()}`} />
    </div>
  </div>
);
