import { BellRing } from 'lucide-react';
import { useState } from 'react';
import { notificationPermission } from '../lib/notifications.ts';
import { changeSettings, useSettings } from '../lib/settings.ts';
import { Button } from '../ui/button.tsx';

/** Asked for here, where one sees what for; never on arrival. */
export const NotificationOffer = () => {
  const wanted = useSettings((settings) => settings.notify);
  const [permission, setPermission] = useState(notificationPermission);
  if (permission === 'none' || (permission === 'granted' && wanted)) return null;
  const ask = async (): Promise<void> => {
    const answer = permission === 'default' ? await Notification.requestPermission() : permission;
    setPermission(answer);
    if (answer === 'granted') changeSettings({ notify: true });
  };
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-muted text-sm">
      <BellRing />
      <p className="min-w-0 flex-1 basis-60">
        {permission === 'denied'
          ? 'The browser blocks notifications from this page; its site settings allow them again.'
          : 'Be told about a new approval while this tab is in the background.'}
      </p>
      {permission !== 'denied' && (
        <Button size="sm" onClick={() => void ask()}>
          Notify me
        </Button>
      )}
    </div>
  );
};
