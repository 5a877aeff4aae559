import { type FormEvent, useState } from 'react';
import { useSignIn } from '../api/session.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { signInProblem } from './sign-in-problem.ts';

export const TokenForm = () => {
  const signIn = useSignIn();
  const [token, setToken] = useState('');
  const [empty, setEmpty] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const trimmed = token.trim();
    setEmpty(trimmed === '');
    if (trimmed !== '' && !signIn.isPending) signIn.mutate({ token: trimmed });
  };
  const problem = empty
    ? 'Paste your access token first.'
    : signIn.error === null
      ? undefined
      : signInProblem(signIn.error);
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-3">
      <Input
        label="Access token"
        type="password"
        autoComplete="off"
        spellCheck={false}
        value={token}
        onChange={({ target }) => setToken(target.value)}
        error={problem}
        hint="A JWT from your identity provider, with the role admin or member."
      />
      <Button variant="primary" type="submit" busy={signIn.isPending} className="w-full">
        Sign in
      </Button>
    </form>
  );
};
