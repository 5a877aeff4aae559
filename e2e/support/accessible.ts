import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Every rule that axe has for WCAG 2.2 AA and beyond it, those that it calls experimental and those off by default too. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental'];

/** An open menu stands at the end of the body, outside of all landmarks: ARIA's menu pattern knows no landmark for it. */
const isOpenMenu = (id: string, html: string): boolean => id === 'region' && /role="(?:menu|listbox)"/.test(html);

/** Nothing at all that axe finds wrong with what is shown. */
export const expectNoViolations = async (page: Page, what: string): Promise<void> => {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes
      .filter(({ html }) => !isOpenMenu(id, html))
      .map(({ target, html }) => `${what}: ${id} (${help}) at ${target.join(' ')}: ${html.slice(0, 120)}`),
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
