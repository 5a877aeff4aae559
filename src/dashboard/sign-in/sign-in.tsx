import { useSignInMode } from '../api/session.ts';
import { useTitle } from '../lib/use-title.ts';
import { Logo } from '../ui/logo.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { DemoChoice } from './demo-choice.tsx';
import { SignInPicture } from './sign-in-picture.tsx';
import { TokenForm } from './token-form.tsx';

export const SignIn = () => {
  const mode = useSignInMode();
  useTitle('Sign in');
  return (
    <div className="grid min-h-dvh bg-canvas lg:grid-cols-[minmax(26rem,2fr)_3fr]">
      <main className="flex flex-col border-line bg-surface px-6 py-8 sm:px-12 lg:border-r">
        <div className="flex items-center gap-2.5">
          <Logo className="size-7" />
          <span className="font-semibold text-ink">CauseFlow Live</span>
        </div>
        <div className="mx-auto my-auto w-full max-w-sm py-10">
          <h1 className="text-balance font-semibold text-ink text-xl">See the cause while there is still time</h1>
          <p className="mt-2 mb-6 text-balance text-muted">
            Watch AI agents investigate an incident as it happens, and approve or reject the fixes they propose.
          </p>
          {mode === 'demo' && <DemoChoice />}
          {mode === 'token' && <TokenForm />}
        </div>
        <p role="status" aria-label="Connection" className="flex items-center gap-1.5 text-faint text-xs">
          <StatusDot shape="dash" />
          Signed out
        </p>
      </main>
      <SignInPicture />
    </div>
  );
};
