import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Pages = z.record(z.string(), z.array(z.string()));

const WHO = '</auth/session>; rel=preload; as=fetch; crossorigin=anonymous';

/** The module that shows an address; those without one ask nobody who they are either. */
const pageAt = (path: string): string | undefined => {
  const [first = '', second, third] = path.split('/').slice(1);
  if (first === '') return 'overview-page';
  if (first === 'incidents' && second) return third === 'wall' ? 'wall-page' : 'incident-page';
  return first === 'recording' ? undefined : `${first}-page`;
};

/**
 * What the page at an address needs besides its first script, as a `Link` header (RFC 8288): the browser asks for it at
 * once, and not when that script has run. The build tells which files these are; without it, or at an address without a
 * page, undefined.
 */
export const readPages = (root: string): ((url: string) => string | undefined) => {
  const file = join(root, 'pages.json');
  const pages = existsSync(file) ? Pages.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const hints = new Map(
    Object.entries(pages).map(([page, files]) => [
      page,
      [WHO, ...files.map((name) => `</${name}>; rel=modulepreload`)].join(', '),
    ]),
  );
  return (url) => {
    const [path = ''] = url.split('?');
    return hints.get(pageAt(path) ?? '');
  };
};
