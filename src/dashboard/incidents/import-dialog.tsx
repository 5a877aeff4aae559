import { useState } from 'react';
import { useImportRecord } from '../api/records.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { controlClass, Field } from '../ui/field.tsx';

type ImportDialogProps = { onClose: () => void; onImported: (incidentId: string) => void };

/** Takes an exported record back, to be read and replayed. */
export const ImportDialog = ({ onClose, onImported }: ImportDialogProps) => {
  const [file, setFile] = useState<File | null>(null);
  const [missing, setMissing] = useState(false);
  const load = useImportRecord();
  const send = (): void => {
    if (file === null) return setMissing(true);
    load.mutate(file, { onSuccess: ({ incidentId }) => onImported(incidentId) });
  };
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={(open) => !open && onClose()}
      title="Import an incident"
      description="A record that was exported as JSONL. It comes back closed, to be read and replayed; nothing in it runs again."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" busy={load.isPending} onClick={send}>
            {load.isPending ? 'Importing…' : 'Import'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {load.error !== null && <Alert tone="bad">Nothing was opened: {load.error.message}</Alert>}
        <Field
          label="Record"
          hint="A .jsonl file; it is checked against its own digest."
          error={missing && file === null ? 'Choose the file first.' : undefined}
        >
          {(ids) => (
            <input
              {...ids}
              type="file"
              accept=".jsonl,.ndjson,application/x-ndjson"
              onChange={({ target }) => {
                setFile(target.files?.[0] ?? null);
                load.reset();
              }}
              className={`${controlClass} block cursor-pointer p-1 file:mr-3 file:h-7 file:cursor-pointer file:rounded-sm file:border-0 file:bg-hover file:px-2.5 file:font-medium file:text-ink file:text-xs`}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
};
