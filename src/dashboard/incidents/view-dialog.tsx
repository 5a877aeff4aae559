import { type FormEvent, useId, useState } from 'react';
import { changeSettings, MOST_VIEWS, useSettings } from '../lib/settings.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input } from '../ui/input.tsx';
import { toast } from '../ui/toast.ts';
import type { IncidentFilter } from './incidents-search.ts';
import { isTaken, nameProblem, withoutView, withView } from './views.ts';

type ViewDialogProps = {
  filter: IncidentFilter;
  /** The view that gets another name; without one, what is listed now gets its first. */
  renamed?: string | undefined;
  onClose: () => void;
};

export const ViewDialog = ({ filter, renamed, onClose }: ViewDialogProps) => {
  const formId = useId();
  const saved = useSettings((settings) => settings.views);
  const [name, setName] = useState(renamed ?? '');
  const [tried, setTried] = useState(false);
  const others = renamed === undefined ? saved : withoutView(saved, renamed);
  const replaces = isTaken(others, name);
  const problem =
    !replaces && others.length >= MOST_VIEWS
      ? `There are ${MOST_VIEWS} views, as many as there can be; delete one first.`
      : nameProblem(name);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (problem !== undefined) return;
    changeSettings({ views: withView(others, name, filter) });
    toast(renamed === undefined ? 'View saved in this browser' : 'View renamed', { tone: 'good' });
    onClose();
  };
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={(open) => !open && onClose()}
      title={renamed === undefined ? 'Save view' : 'Rename view'}
      description="Its filters under a name of yours, in this browser. To share it, copy its link."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form={formId}>
            {replaces ? 'Replace' : 'Save'}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate>
        <Input
          label="Name"
          value={name}
          maxLength={60}
          autoComplete="off"
          placeholder="Night shift"
          onChange={({ target }) => setName(target.value)}
          error={tried ? problem : undefined}
          hint={replaces ? 'There is a view of this name; it is replaced.' : undefined}
        />
      </form>
    </Dialog>
  );
};
