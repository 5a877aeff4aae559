import { LogOut } from 'lucide-react';
import { useSession, useSignOut } from '../api/session.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/page.tsx';
import { SettingRow } from './setting-row.tsx';

export const Account = () => {
  const session = useSession();
  const signOut = useSignOut();
  if (session === undefined || session === null) return null;
  const { user, mode } = session;
  const role = user.roles.includes('admin')
    ? 'Admin: may approve, reject and execute fixes.'
    : 'Member: sees everything, decides nothing.';
  return (
    <Card>
      <SettingRow
        name={user.name}
        note={
          <>
            <span className="wrap-anywhere block">
              {user.email !== user.name && `${user.email} · `}
              <span className="font-mono">{user.tenantId}</span>
            </span>
            {role}
            {mode === 'demo' && ' This is a demo sign-in, for this machine only.'}
          </>
        }
      >
        <Button icon={<LogOut />} busy={signOut.isPending} onClick={() => signOut.mutate()}>
          Sign out
        </Button>
      </SettingRow>
    </Card>
  );
};
