import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './icon-button.tsx';

const SHOWN_MS = 1_500;

/** Copies `text`; says that it did, or that it could not. */
export const CopyButton = ({ text, label = 'Copy' }: { text: string | (() => string); label?: string | undefined }) => {
  const [outcome, setOutcome] = useState<'copied' | 'failed'>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): void => {
    navigator.clipboard.writeText(typeof text === 'string' ? text : text()).then(
      () => setOutcome('copied'),
      () => setOutcome('failed'),
    );
  };
  const name = outcome === 'copied' ? 'Copied' : outcome === 'failed' ? 'Copying was refused by the browser' : label;
  return (
    <IconButton label={name} icon={outcome === 'copied' ? <Check className="text-good" /> : <Copy />} onClick={copy} />
  );
};
