import { ShieldCheck, User } from 'lucide-react';
import { useSignIn } from '../api/session.ts';
import { Button } from '../ui/button.tsx';
import { signInProblem } from './sign-in-problem.ts';

export const DemoChoice = () => {
  const signIn = useSignIn();
  const chosen = signIn.isPending && 'role' in signIn.variables ? signIn.variables.role : undefined;
  return (
    <div className="flex flex-col gap-2">
      <Button
        variant="primary"
        icon={<ShieldCheck />}
        busy={chosen === 'admin'}
        onClick={() => signIn.mutate({ role: 'admin' })}
        className="h-10 w-full"
      >
        Continue as admin
      </Button>
      <Button
        icon={<User />}
        busy={chosen === 'member'}
        onClick={() => signIn.mutate({ role: 'member' })}
        className="h-10 w-full"
      >
        Continue as member
      </Button>
      <p className="mt-1 text-muted text-xs">
        An admin approves fixes; a member watches. You can change over at any time.
      </p>
      {signIn.error !== null && (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad text-sm">
          {signInProblem(signIn.error)}
        </p>
      )}
    </div>
  );
};
