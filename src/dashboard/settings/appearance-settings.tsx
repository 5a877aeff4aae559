import { Monitor, Moon, Sun } from 'lucide-react';
import { changeSettings, useSettings } from '../lib/settings.ts';
import { formatDateTime, zoneName } from '../ui/format-time.ts';
import { Card } from '../ui/page.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Switch } from '../ui/switch.tsx';
import { useNow } from '../ui/ticker.ts';
import { NotificationSetting } from './notification-setting.tsx';
import { SettingRow } from './setting-row.tsx';

const themes = [
  { value: 'system', label: 'System', icon: <Monitor className="size-3.5" /> },
  { value: 'dark', label: 'Dark', icon: <Moon className="size-3.5" /> },
  { value: 'light', label: 'Light', icon: <Sun className="size-3.5" /> },
] as const;
const densities = [
  { value: 'comfortable', label: 'Comfortable' },
  { value: 'compact', label: 'Compact' },
] as const;

export const AppearanceSettings = () => {
  const { theme, zone, density, shortcuts } = useSettings();
  const now = useNow();
  const zones = [
    { value: 'utc', label: 'UTC' },
    { value: 'local', label: `Local (${zoneName('local')})` },
  ] as const;
  return (
    <Card>
      <SettingRow name="Theme" note="System follows your desktop.">
        <Segmented
          label="Theme"
          value={theme}
          onValueChange={(next) => changeSettings({ theme: next })}
          options={themes}
        />
      </SettingRow>
      <SettingRow name="Time zone" note={<span className="tabular">Now it is {formatDateTime(now, zone)}.</span>}>
        <Segmented
          label="Time zone"
          value={zone}
          onValueChange={(next) => changeSettings({ zone: next })}
          options={zones}
        />
      </SettingRow>
      <SettingRow name="Density" note="How tall the rows of lists are.">
        <Segmented
          label="Density"
          value={density}
          onValueChange={(next) => changeSettings({ density: next })}
          options={densities}
        />
      </SettingRow>
      <NotificationSetting />
      <SettingRow
        name="Single-key shortcuts"
        note="Off, if keys reach the page that you didn’t mean for it: from speech input, for one. Enter, arrows and Ctrl K stay."
      >
        <Switch
          label="Single-key shortcuts"
          checked={shortcuts}
          onCheckedChange={(next) => changeSettings({ shortcuts: next })}
        />
      </SettingRow>
    </Card>
  );
};
