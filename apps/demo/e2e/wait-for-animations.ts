import type { Page } from '@playwright/test'

/**
 * Waits until no animation runs, because an element that is fading in has less contrast. Call it after the expected
 * elements have appeared.
 */
export async function waitForAnimations(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // Base UI marks an element with an attribute for one frame before its animation starts.
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
