import { changeSettings, useSettings } from '../lib/settings.ts';
import { Switch } from '../ui/switch.tsx';
import { SettingRow } from './setting-row.tsx';

/** The permission itself is asked for on the page of approvals. */
export const NotificationSetting = () => {
  const notify = useSettings((settings) => settings.notify);
  const allowed = 'Notification' in window && Notification.permission === 'granted';
  if (!allowed) return null;
  return (
    <SettingRow name="Notifications" note="About a new approval, while this tab is in the background.">
      <Switch label="Notifications" checked={notify} onCheckedChange={(next) => changeSettings({ notify: next })} />
    </SettingRow>
  );
};
