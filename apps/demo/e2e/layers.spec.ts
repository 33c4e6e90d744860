import { readFile } from 'node:fs/promises'
import { delayGreeting } from './delay-greeting.ts'
import { expect, test } from './demo-test.ts'
import { findViolations } from './find-violations.ts'

const names = ['core', 'rx', 'react'] as const
const files = { core: 'with-core.ts', rx: 'with-rx.ts', react: 'with-react.tsx' }

test('a message sent in one chat appears in all three, in the same order, and survives a reload', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await page.goto(`${chat.origin}/#/layers`)
  const lists = names.map((name) => page.getByRole('region', { name: `@parley/${name}` }).getByRole('list'))

  for (const name of names) {
    const field = page.getByRole('textbox', { name: `Message, with ${name}` })
    await field.fill(`sent with ${name}`)
    await field.press('Enter')
    await expect(field).toHaveValue('')
    for (const list of lists) {
      await expect(list.getByText(`sent with ${name}`, { exact: true })).toHaveCount(1)
      await expect(list.getByText(`You said: “sent with ${name}”`)).toHaveCount(1)
      await expect(list.locator('.streaming')).toHaveCount(0)
    }
  }
  await page.reload()

  for (const list of lists) {
    const own = list.locator('.mine')
    await expect(own).toHaveText(['sent with core', 'sent with rx', 'sent with react'])
  }
})

test('the source shown for each chat is the complete file that runs, in at most 40 lines', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await page.goto(`${chat.origin}/#/layers`)

  for (const name of names) {
    const source = await readFile(new URL(`../src/layers/${files[name]}`, import.meta.url), 'utf8')
    const shown = page.getByRole('region', { name: `@parley/${name}` }).locator('pre')
    await expect(shown).toHaveText(source.trimEnd())
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(40)
  }
})

test('a new guest who opens the page before the greeting is ready stays on it', async ({ demo, page }) => {
  const greeting = await delayGreeting(page)
  await page.goto(demo.origin)
  await greeting.requested

  await page.getByRole('link', { name: 'Three layers' }).click()
  await expect(page.getByRole('region', { name: '@parley/rx' }).getByText('Ahoy!')).toBeVisible()
  greeting.release()
  await expect
    .poll(() => page.evaluate(() => Object.keys(localStorage).join()))
    .toContain('parley-demo:greeted:')

  expect(page.url()).toBe(`${demo.origin}/#/layers`)
})

test('the inspector verifies the messages of the three chats against the server', async ({ chat, page }) => {
  await chat.waitForGreeting()
  await page.goto(`${chat.origin}/#/layers`)
  const items = page.getByRole('region', { name: '@parley/rx' }).getByRole('listitem')
  await expect(items).toHaveCount(2)
  await expect(items.and(page.locator('.streaming'))).toHaveCount(0)

  await page.getByRole('button', { name: 'Wire inspector' }).click()
  const inspector = page.getByRole('region', { name: 'Wire inspector' })
  await inspector.getByRole('button', { name: 'Verify' }).click()

  await expect(inspector.getByRole('status')).toContainText('2 messages, 0 missing, 0 duplicates.')
})

for (const [name, viewport] of Object.entries({
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
})) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${name}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme })

      test('the three chats fit and have no axe violations', async ({ chat, page }, testInfo) => {
        await chat.waitForGreeting()
        await page.goto(`${chat.origin}/#/layers`)
        for (const layer of names) {
          const region = page.getByRole('region', { name: `@parley/${layer}` })
          await expect(region.getByText('Ahoy!')).toBeVisible()
          await expect(region.locator('code .hljs-keyword').first()).toBeVisible()
        }
        await page.screenshot({ path: testInfo.outputPath('layers.png') })

        expect(await findViolations(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width)
      })
    })
  }
}
