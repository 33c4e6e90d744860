import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { sitePages, test } from './site-test.ts'

/** The rules whose result depends on the colors. */
const colorRules = ['color-contrast', 'link-in-text-block']

test('the site has pages', () => {
  expect(sitePages).toContain('/start/core/')
})

for (const path of sitePages)
  test(`${path} fits and has no axe violations, in both themes, on desktop and phone`, async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.goto(path)
    expect(await readOverflow(page)).toBeLessThanOrEqual(0)
    expect(await findViolations(page)).toEqual([])
    await setTheme(page, 'dark')
    expect(await findViolations(page, colorRules)).toEqual([])

    await page.setViewportSize({ width: 390, height: 844 })
    expect(await readOverflow(page)).toBeLessThanOrEqual(0)
    expect(await findViolations(page)).toEqual([])
    await setTheme(page, 'light')
    expect(await findViolations(page, colorRules)).toEqual([])
  })

/** By how many pixels the page is wider than the screen. */
async function readOverflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
}

async function setTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme)
}

async function findViolations(page: Page, rules?: string[]): Promise<object[]> {
  // The pages have no frames, so axe needs no second page to merge their results.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  // All pages have the same sidebar and colors of code, and axe takes most of its time for them.
  if (!new URL(page.url()).pathname.startsWith('/start/')) axe.exclude('#starlight__sidebar').exclude('pre')
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze()
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))
}
