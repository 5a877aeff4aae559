import { useTitle } from '../../lib/use-title.ts';
import { Account } from '../../settings/account.tsx';
import { AppearanceSettings } from '../../settings/appearance-settings.tsx';
import { Page } from '../../ui/page.tsx';

export const SettingsPage = () => {
  useTitle('Settings');
  return (
    <Page width="narrow">
      <section aria-label="Appearance and behaviour">
        <h2 className="mb-2 font-semibold text-ink text-sm">Appearance and behaviour</h2>
        <AppearanceSettings />
        <p className="mt-2 text-faint text-xs">Remembered in this browser.</p>
      </section>
      <section aria-label="Account">
        <h2 className="mb-2 font-semibold text-ink text-sm">Account</h2>
        <Account />
      </section>
    </Page>
  );
};
