import './start.ts';
// Before any schema is used.
import './no-eval.ts';
import { lazy, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './theme.css';
import { App } from './app/app.tsx';
import { followAppearance } from './app/appearance.ts';
import { followOtherTabs } from './lib/settings.ts';

followAppearance();
followOtherTabs();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

/** The design system on a page of its own, while developing; a build leaves it out. */
const DesignPage = import.meta.env.DEV
  ? lazy(() => import('./design/design-page.tsx').then((module) => ({ default: module.DesignPage })))
  : App;

createRoot(root).render(
  <StrictMode>{import.meta.env.DEV && location.pathname === '/design' ? <DesignPage /> : <App />}</StrictMode>,
);
