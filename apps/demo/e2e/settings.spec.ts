import { createChat } from '@parley/core'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './demo-test.ts'
import { findViolations } from './find-violations.ts'

test('an invalid address or user key is reported at its field, and nothing changes', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  const dialog = await openSettings(page)
  const address = dialog.getByRole('textbox', { name: 'Address or webhook id' })
  const key = dialog.getByLabel('User key (optional)')

  await dialog.getByRole('button', { name: 'Use this server' }).click()
  await expect(address).toHaveAccessibleDescription(/Enter an address/)
  await address.fill('localhost:3000')
  await key.fill('password')
  await dialog.getByRole('button', { name: 'Test' }).click()

  await expect(address).toHaveAccessibleDescription(/starts with http:\/\/ or https:\/\//)
  await expect(key).toHaveAccessibleDescription(/This is not a user key/)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await chat.waitForGreeting()
})

test.describe('with an unreachable server', () => {
  test.use({ expectedErrors: /Failed to load resource|ERR_/ })

  test('testing the connection reports the error', async ({ chat, page }) => {
    await chat.waitForGreeting()
    const dialog = await openSettings(page)
    const address = dialog.getByRole('textbox', { name: 'Address or webhook id' })

    await address.fill('http://127.0.0.1:1/demo')
    await dialog.getByRole('button', { name: 'Test' }).click()
    await expect(dialog.getByRole('status')).toContainText(
      'The connection failed. Check the network and the url.',
    )
    await address.fill(`${chat.origin}/nobody`)
    await dialog.getByRole('button', { name: 'Test' }).click()

    await expect(dialog.getByRole('status')).toContainText(/not|no /i)
  })
})

test('the user tests another server, uses it with a user key, and returns to the default server', async ({
  chat,
  launchDemo,
  page,
}) => {
  const otherDemo = await launchDemo()
  const otherUrl = `${otherDemo.origin}/demo`
  const { key } = await createChat({ url: otherUrl }).createUser({ name: 'Ada' })
  await chat.waitForGreeting()
  const dialog = await openSettings(page)

  await dialog.getByRole('textbox', { name: 'Address or webhook id' }).fill(otherUrl)
  await dialog.getByLabel('User key (optional)').fill(key)
  await dialog.getByRole('button', { name: 'Test' }).click()
  await expect(dialog.getByRole('status')).toContainText('Connected to Polly.')
  await expect(dialog.getByRole('status')).toContainText('user-stream')
  const usersRequested = page.waitForRequest((request) => request.url().startsWith(`${otherUrl}/users`))
  await dialog.getByRole('button', { name: 'Use this server' }).click()
  await usersRequested
  await chat.waitForGreeting()
  await expect(page.getByText('Ada', { exact: true }).first()).toBeVisible()

  const again = await openSettings(page)
  await again.getByRole('button', { name: 'Use default server' }).click()
  await expect(again).toBeHidden()
  await chat.waitForGreeting()
  await expect(page.getByText('Ada', { exact: true })).toHaveCount(0)
  // Leaves the page before its server stops.
  await page.goto('about:blank')
})

for (const [name, viewport] of Object.entries({
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
})) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${name}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme })

      test('the dialog fits and has no axe violations', async ({ chat, page }, testInfo) => {
        await chat.waitForGreeting()
        await page.goto(`${chat.origin}/#/`)
        const dialog = await openSettings(page)
        await dialog.getByRole('textbox', { name: 'Address or webhook id' }).fill(`${chat.origin}/demo`)
        await dialog.getByLabel('User key (optional)').fill('password')
        await dialog.getByRole('button', { name: 'Test' }).click()
        await dialog.getByLabel('User key (optional)').fill('')
        await dialog.getByRole('button', { name: 'Test' }).click()
        await expect(dialog.getByRole('status')).toContainText('Connected to Polly.')
        await page.screenshot({ path: testInfo.outputPath('settings.png') })

        expect(await findViolations(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width)
      })
    })
  }
}

async function openSettings(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Settings' }).click()
  const dialog = page.getByRole('dialog', { name: 'Server' })
  await expect(dialog).toBeVisible()
  return dialog
}
