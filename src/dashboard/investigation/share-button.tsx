import { Check, Link2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toast.ts';

const SHOWN_MS = 1_500;

/** Copies the address of this incident. */
export const ShareButton = ({ link }: { link: () => string }) => {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    const address = link();
    navigator.clipboard.writeText(address).then(
      () => setCopied(true),
      () => toast('The browser refused to copy', { description: address, tone: 'warn' }),
    );
  };
  return (
    <Button size="sm" icon={copied ? <Check className="text-good" /> : <Link2 />} onClick={copy}>
      <span className="max-lg:sr-only">{copied ? 'Link copied' : 'Share'}</span>
    </Button>
  );
};
