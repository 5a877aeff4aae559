import { BellRing } from 'lucide-react';
import { useState } from 'react';
import { notificationPermission } from '../lib/notifications.ts';
import { changeSettings, useSettings } from '../lib/settings.ts';
import { Button } from '../ui/button.tsx';
import { Switch } from '../ui/switch.tsx';
import { SettingRow } from './setting-row.tsx';

const notes = {
  none: 'This browser has none. A new approval shows in the tab’s title and icon, and in the navigation.',
  denied: 'The browser blocks them for this page; its site settings allow them again.',
  default: 'About a new approval, only while this tab is in the background. The browser asks you first.',
  granted: 'About a new approval, only while this tab is in the background. A press opens it.',
};

/** Browser notifications: asked for only when somebody says so, here or where approvals wait. */
export const NotificationSetting = () => {
  const notify = useSettings((settings) => settings.notify);
  const [permission, setPermission] = useState(notificationPermission);
  const ask = async (): Promise<void> => {
    const answer = await Notification.requestPermission();
    setPermission(answer);
    changeSettings({ notify: answer === 'granted' });
  };
  return (
    <SettingRow name="Notifications" note={notes[permission]}>
      {permission === 'default' && (
        <Button icon={<BellRing />} onClick={() => void ask()}>
          Allow…
        </Button>
      )}
      {permission === 'granted' && (
        <Switch label="Notifications" checked={notify} onCheckedChange={(next) => changeSettings({ notify: next })} />
      )}
      {(permission === 'denied' || permission === 'none') && <span className="text-faint text-sm">Off</span>}
    </SettingRow>
  );
};
