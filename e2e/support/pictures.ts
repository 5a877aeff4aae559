import { expect, type Page, type TestInfo } from '@playwright/test';

/** The major version of the Chromium that the pictures were taken with. */
const TAKEN_WITH = 156;
/** Of all pixels: letters have other edges on another machine, and in another Chromium a little more is different. */
const SAME_BROWSER = 0.02;
const OTHER_BROWSER = 0.06;

/** What is shown looks as in the picture; `--update-snapshots` takes a new one. */
export const expectPicture = async (page: Page, name: string, info: TestInfo): Promise<void> => {
  const major = Number(page.context().browser()?.version().split('.')[0]);
  const isSame = major === TAKEN_WITH;
  if (!isSame) {
    const description = `The pictures are of Chromium ${TAKEN_WITH}, this is ${major}: compared less strictly.`;
    info.annotations.push({ type: 'pictures', description });
  }
  await page.evaluate(() => document.fonts.ready);
  await expect(page).toHaveScreenshot(`${name}.png`, { maxDiffPixelRatio: isSame ? SAME_BROWSER : OTHER_BROWSER });
};
