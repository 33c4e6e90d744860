import type { Page } from '@playwright/test'

/** Until nothing moves any more: what is half faded in has half its contrast. Call it when what is to come is on the page. */
export async function waitForAnimations(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // What is about to move says so by an attribute, for one frame.
    const isMoving = (): boolean =>
      document.querySelector('[data-starting-style], [data-ending-style]') !== null ||
      document
        .getAnimations()
        .some(
          ({ effect, playState }) => effect?.getTiming().iterations !== Infinity && playState !== 'finished',
        )
    while (isMoving()) await new Promise((done) => requestAnimationFrame(done))
  })
}
