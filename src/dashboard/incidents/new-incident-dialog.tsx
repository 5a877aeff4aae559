import { type FormEvent, useId, useState } from 'react';
import type { Severity } from '../../protocol/values.ts';
import { useCreateIncident } from '../api/incidents.ts';
import { severities, severityLook } from '../lib/severity.ts';
import { SeverityIcon } from '../lib/severity-badge.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input } from '../ui/input.tsx';
import { Select } from '../ui/select.tsx';
import { Textarea } from '../ui/textarea.tsx';
import { checkNewIncident, DESCRIPTION_LONGEST } from './check-new-incident.ts';

type NewIncidentDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onCreated: (incidentId: string) => void;
};

const severityOptions = severities.map((value) => ({
  value,
  label: severityLook[value].label,
  icon: <SeverityIcon severity={value} />,
}));

const NewIncidentForm = ({ onOpenChange, onCreated }: Omit<NewIncidentDialogProps, 'open'>) => {
  const formId = useId();
  const create = useCreateIncident();
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [severity, setSeverity] = useState<Severity>('medium');
  const [tried, setTried] = useState(false);
  const problems = checkNewIncident({ title, description });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (create.isPending || problems.title !== undefined || problems.description !== undefined) return;
    create.mutate(
      { title: title.trim(), description: description.trim(), severity },
      { onSuccess: (created) => onCreated(created.incidentId) },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={onOpenChange}
      title="New incident"
      description="Say what you see. It opens in the live view, where the agents’ work shows."
      modalOnly={title !== '' || description !== ''}
      footer={
        <>
          <Button variant="ghost" onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form={formId} busy={create.isPending}>
            {create.isPending ? 'Opening…' : 'Open incident'}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Input
          label="Title"
          value={title}
          maxLength={300}
          autoComplete="off"
          placeholder="Checkout p99 latency above 2 s"
          onChange={({ target }) => setTitle(target.value)}
          error={tried ? problems.title : undefined}
        />
        <Textarea
          label="Description"
          value={description}
          rows={5}
          maxLength={DESCRIPTION_LONGEST}
          placeholder="Since when, which services, what changed, what you have tried"
          onChange={({ target }) => setDescription(target.value)}
          error={tried ? problems.description : undefined}
          hint="The agents start from this, so be specific."
        />
        <Select
          label="Severity"
          value={severity}
          onValueChange={setSeverity}
          options={severityOptions}
          className="max-w-44"
        />
        {create.error !== null && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad text-sm">
            The incident was not opened: {create.error.message}
          </p>
        )}
      </form>
    </Dialog>
  );
};

export const NewIncidentDialog = ({ open, ...rest }: NewIncidentDialogProps) => open && <NewIncidentForm {...rest} />;
