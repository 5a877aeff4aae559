import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Every rule that axe has for WCAG 2.2 AA and beyond it, those that it calls experimental and those off by default too. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental'];

/** What depends on the theme. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** A dialog, popover, menu or list of choices that is open. */
const OPEN = '[data-overlay][data-open]';

/** A list or a column that scrolls takes the focus (WCAG 2.1.1); axe's own list of what may scroll leaves these roles out. */
const mayScroll = (id: string, html: string): boolean =>
  id === 'focus-order-semantics' && /^<div[^>]* role="(?:feed|group)"/.test(html);

/** In the page itself, which has no frames: axe's other way opens a blank page for each look. */
const axeOf = (page: Page): AxeBuilder =>
  new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });

const expectNone = async (axe: AxeBuilder, what: string): Promise<void> => {
  const { violations } = await axe.analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes
      .filter(({ html }) => !mayScroll(id, html))
      .map(({ target, html }) => `${what}: ${id} (${help}) at ${target.join(' ')}: ${html.slice(0, 120)}`),
  );
  expect(found).toEqual([]);
};

/** What a narrow page may break that a wide one has right: what can be hit, reached and found. */
const NARROW_RULES = [
  'target-size',
  'scrollable-region-focusable',
  'aria-hidden-focus',
  'region',
  'button-name',
  'list',
];

export const expectUsableNarrow = (page: Page, what: string): Promise<void> =>
  expectNone(axeOf(page).withRules(NARROW_RULES), what);

/** Rows that are out of sight keep the colours of before until they are scrolled to; axe looks at them where they are. */
const drawEverything = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const row of document.querySelectorAll<HTMLElement>('[class*="content-visibility"]'))
      row.style.contentVisibility = 'visible';
  });

/** The theme of a page that follows the system's, with all its colours there. */
const switchTo = async (page: Page, theme: 'dark' | 'light'): Promise<void> => {
  await drawEverything(page);
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
};

/** Nothing at all that axe finds wrong with what is shown, in dark and in light. */
export const expectAccessible = async (page: Page, what: string): Promise<void> => {
  await switchTo(page, 'light');
  await expectNone(axeOf(page).withTags(RULES), `${what}, light`);
  await switchTo(page, 'dark');
  await expectNone(axeOf(page).withRules(COLOUR_RULES), `${what}, dark`);
};

/** What a thing that opens above a page may break of the page around it. */
const AROUND_RULES = ['aria-hidden-focus', 'duplicate-id-aria', 'landmark-unique', 'region'];

/** The same of what lies open above a page, and of the page behind it what that may have broken. */
export const expectOverlayAccessible = async (page: Page, what: string, within = OPEN): Promise<void> => {
  await switchTo(page, 'light');
  await expectNone(axeOf(page).withRules(AROUND_RULES), `around ${what}`);
  await expectNone(axeOf(page).include(within).withTags(RULES), `${what}, light`);
  await switchTo(page, 'dark');
  await expectNone(axeOf(page).include(within).withRules(COLOUR_RULES), `${what}, dark`);
};

/** Nothing runs out of the page sideways; only what scrolls by itself may be wider than it. */
export const expectNoSidewaysScroll = async (page: Page): Promise<void> => {
  const wide = await page.evaluate(() => {
    const { clientWidth } = document.documentElement;
    const inScroller = (element: Element): boolean => {
      for (let above = element.parentElement; above !== null; above = above.parentElement)
        if (above !== document.body && /auto|scroll|hidden|clip/.test(getComputedStyle(above).overflowX)) return true;
      return false;
    };
    const beyond = [...document.body.querySelectorAll('*')].filter((element) => {
      const { right, width } = element.getBoundingClientRect();
      return width > 0 && right > clientWidth + 1 && !inScroller(element);
    });
    const main = document.querySelector('main');
    const scrolls = [document.documentElement, ...(main === null ? [] : [main])]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => `${element.tagName} scrolls to ${element.scrollWidth}`);
    return [...scrolls, ...beyond.map((element) => element.outerHTML.slice(0, 140))];
  });
  expect(wide).toEqual([]);
};
