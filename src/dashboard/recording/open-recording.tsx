import { FileUp } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { rowLink } from '../ui/row-link.ts';
import { type Example, linkTo } from './examples.ts';

type OpenRecordingProps = {
  /** Why the last file could not be opened. */
  problem: string | null;
  busy: boolean;
  examples: readonly Example[];
  onFile: (file: File) => void;
};

const Examples = ({ examples }: { examples: readonly Example[] }) => (
  <section aria-labelledby="examples" className="w-full max-w-2xl">
    <h2 id="examples" className="px-3 pb-2 font-semibold text-muted text-xs">
      Or look at an example
    </h2>
    <ul className="grid overflow-hidden rounded-lg border border-line bg-surface sm:grid-cols-2">
      {examples.map((example) => (
        <li
          key={example.file}
          className="relative -mt-px border-line border-t px-3 py-2 hover:bg-raised sm:even:border-l"
        >
          <a href={linkTo(example)} className={`font-medium text-ink text-sm ${rowLink}`}>
            {example.title}
          </a>
          <p className="text-muted text-xs">{example.symptom}</p>
        </li>
      ))}
    </ul>
  </section>
);

/** Takes a record from a file: by a press, or dropped anywhere on the page. */
export const OpenRecording = ({ problem, busy, examples, onFile }: OpenRecordingProps) => {
  const field = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file !== undefined) onFile(file);
  };
  return (
    <main
      className={`flex h-dvh flex-col items-center justify-center p-4 ${over ? 'bg-accent-soft' : 'bg-canvas'}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <h1 className="sr-only">Open a recording</h1>
      {problem !== null && <Alert tone="bad">{problem}</Alert>}
      <EmptyState
        icon={<FileUp />}
        title="Open a recorded incident"
        action={
          <>
            <input
              ref={field}
              type="file"
              accept=".jsonl,.ndjson,.json,.gz,application/x-ndjson,application/json,application/gzip"
              aria-label="Record"
              className="sr-only"
              tabIndex={-1}
              onChange={({ target }) => {
                const file = target.files?.[0];
                if (file !== undefined) onFile(file);
              }}
            />
            <Button variant="primary" icon={<FileUp />} busy={busy} onClick={() => field.current?.click()}>
              {busy ? 'Reading…' : 'Choose a file…'}
            </Button>
          </>
        }
      >
        The JSONL that an incident’s Export gives, or the decision record of a plan; or drop it anywhere here. It is
        read in this browser and goes nowhere.
      </EmptyState>
      {examples.length > 0 && <Examples examples={examples} />}
    </main>
  );
};
