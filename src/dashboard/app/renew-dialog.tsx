import { type FormEvent, useState } from 'react';
import { ApiFailure } from '../api/request.ts';
import { useRenewal } from '../api/session.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input } from '../ui/input.tsx';
import { toast } from '../ui/toast.ts';

const FORM = 'renew-sign-in';

const problemOf = (error: unknown): string =>
  error instanceof ApiFailure && error.status === 403
    ? 'This token was not accepted. It must be a fresh one of the same person and tenant.'
    : error instanceof ApiFailure && error.status === 401
      ? 'This sign-in has ended meanwhile. Reload the page to sign in.'
      : 'The server could not take it. Try again in a moment.';

/** Takes a fresh token for the session that goes on. */
export const RenewDialog = ({ onClose }: { onClose: () => void }) => {
  const renewal = useRenewal();
  const [token, setToken] = useState('');
  const [missing, setMissing] = useState(false);
  const trimmed = token.trim();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setMissing(trimmed === '');
    if (trimmed === '' || renewal.isPending) return;
    renewal.mutate(trimmed, {
      onSuccess: () => {
        toast('Sign-in renewed', { tone: 'good' });
        onClose();
      },
    });
  };
  const problem = missing && trimmed === '' ? 'Paste your access token first.' : undefined;
  return (
    <Dialog
      open
      size="sm"
      modalOnly={trimmed !== ''}
      onOpenChange={(next) => !next && onClose()}
      title="Renew sign-in"
      description="A fresh access token keeps you connected where you are."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Later
          </Button>
          <Button variant="primary" type="submit" form={FORM} busy={renewal.isPending}>
            Renew
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} noValidate>
        <Input
          label="Access token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={token}
          onChange={({ target }) => setToken(target.value)}
          error={problem ?? (renewal.error === null ? undefined : problemOf(renewal.error))}
          hint="Of the same person and tenant as the one that ends."
        />
      </form>
    </Dialog>
  );
};
