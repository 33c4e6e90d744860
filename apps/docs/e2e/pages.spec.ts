import { globSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { siteFolder, test } from './site-test.ts'

const pages = globSync('**/*.html', { cwd: siteFolder })
  .map((file) => `/${file.replace(/index\.html$/, '')}`)
  .sort()

const screens = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
}

test('the site has pages', () => {
  expect(pages).toContain('/start/core/')
})

for (const [screen, viewport] of Object.entries(screens)) {
  test.describe(screen, () => {
    test.use({ viewport })

    for (const path of pages)
      test(`${path} fits and has no axe violations in either theme`, async ({ page }) => {
        await page.goto(path)
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0)

        await setTheme(page, 'light')
        expect(await findViolations(page)).toEqual([])
        // Only colors depend on the theme.
        await setTheme(page, 'dark')
        expect(await findViolations(page, ['color-contrast', 'link-in-text-block'])).toEqual([])
      })
  })
}

async function setTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme)
}

async function findViolations(page: Page, rules?: string[]): Promise<object[]> {
  const axe = new AxeBuilder({ page })
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze()
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))
}
