import { type Settings, useSettings } from '../lib/settings.ts';

const light = matchMedia('(prefers-color-scheme: light)');

const apply = ({ theme, density }: Settings): void => {
  const { dataset } = document.documentElement;
  dataset.theme = theme === 'system' ? (light.matches ? 'light' : 'dark') : theme;
  dataset.density = density;
};

/** Puts theme and density on <html>, and keeps them true to the settings and to the system. */
export const followAppearance = (): void => {
  apply(useSettings.getState());
  useSettings.subscribe(apply);
  light.addEventListener('change', () => apply(useSettings.getState()));
};
