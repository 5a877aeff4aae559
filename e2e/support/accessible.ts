import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Every rule that axe has for WCAG 2.2 AA and beyond it, those that it calls experimental and those off by default too. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental'];

/** Stand at the end of the body while they are open, outside of all landmarks: ARIA's patterns of them know none. */
const OUTSIDE_LANDMARKS = '[role="menu"], [role="listbox"]';

/** Nothing at all that axe finds wrong with what is shown. */
export const expectNoViolations = async (page: Page, what: string): Promise<void> => {
  const axe = new AxeBuilder({ page }).withTags(RULES);
  if ((await page.locator(OUTSIDE_LANDMARKS).count()) > 0) axe.disableRules(['region']);
  const { violations } = await axe.analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, html }) => `${what}: ${id} (${help}) at ${target.join(' ')}: ${html.slice(0, 120)}`),
  );
  expect(found).toEqual([]);
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
