import type { Locator, Page } from '@playwright/test'
import { expect, test } from './demo-test.ts'
import { findViolations } from './find-violations.ts'

test('a stream that is dropped during an answer reconnects, and the answer is complete', async ({
  chat,
  demo,
  page,
}) => {
  await chat.waitForGreeting()
  const inspector = await openInspector(page)
  // The list renders only visible rows.
  for (const group of ['Requests', 'Signals'])
    await inspector.getByRole('button', { name: group, exact: true }).click()
  await demo.allowWords(5)

  await chat.send('Tell me a story')
  await expect(chat.streamingMessage).toContainText('Once there was a ship')
  await inspector.getByRole('button', { name: 'Drop stream' }).click()
  // The bot writes some of it while the page is disconnected, and the rest after the reconnect.
  await demo.allowWords(40)

  await expect(entry(inspector, /Reconnecting, attempt 1/)).toHaveCount(1)
  await expect(inspector).toContainText('1 reconnection')
  await demo.allowWords(Infinity)
  await expect(chat.messages.last()).toContainText(
    'which is more than most messages could say in those days.',
  )
  await expect(chat.streamingMessage).toHaveCount(0)
  await expect(chat.messages.filter({ hasText: 'Once there was a ship' })).toHaveCount(1)
  await expectVerified(inspector, '4 messages, 0 missing, 0 duplicates.')
})

test.describe('when the code of the inspector fails to load', () => {
  test.use({ expectedErrors: /inspector-panel|ERR_FAILED/ })

  test('opening it reports the error, and the chat continues to work', async ({ chat, page }) => {
    await page.route('**/assets/inspector-panel*', (route) => route.abort())
    await page.reload()
    await chat.waitForGreeting()

    await page.getByRole('button', { name: 'Wire inspector' }).click()
    await expect(page.getByRole('alert')).toContainText('This part of the page could not be loaded.')
    await page.getByRole('button', { name: 'Wire inspector' }).click()
    await expect(page.getByRole('alert')).toHaveCount(0)
    await chat.send('thanks')

    await expect(chat.messages.last()).toContainText('Biscuits')
  })
})

test('a delayed answer arrives complete', async ({ chat, page }) => {
  await chat.waitForGreeting()
  const inspector = await openInspector(page)

  await inspector.getByRole('combobox', { name: 'Delay' }).selectOption('0.2 s')
  await chat.send('Tell me a story')

  await expect(chat.messages.last()).toContainText(
    'which is more than most messages could say in those days.',
  )
  await expect(chat.streamingMessage).toHaveCount(0)
  await expectVerified(inspector, '4 messages, 0 missing, 0 duplicates.')
})

test('a tab without a stream says so, and receives all signals', async ({ chat, page, context }) => {
  await chat.waitForGreeting()
  const first = await openInspector(page)
  const tab = await context.newPage()
  await tab.goto(page.url())
  const second = await openInspector(tab)

  await expect(second).toContainText('No stream in this tab.')
  await chat.send('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits')
  await second.getByRole('searchbox').fill('message_created')
  await expect(entry(second, /message_created/)).toHaveCount(2)
  await first.getByRole('button', { name: 'Drop stream' }).click()

  await expect(second).toContainText('1 reconnection')
  await expectVerified(second, '4 messages, 0 missing, 0 duplicates.')
})

test('a message sent offline is stored once, when the page is online again', async ({ chat, page }) => {
  await chat.waitForGreeting()
  const inspector = await openInspector(page)
  await inspector.getByRole('button', { name: 'Go offline' }).click()

  await chat.send('Sent into the storm')
  await expect(chat.ownMessages('Sent into the storm')).toHaveCount(1)
  await inspector.getByRole('button', { name: 'Verify' }).click()
  await expect(inspector.getByRole('status')).toContainText('Unable to load messages from the server.')
  await inspector.getByRole('button', { name: 'Back online' }).click()

  await expect(chat.messages.last()).toContainText('You said: “Sent into the storm”')
  await expect(chat.streamingMessage).toHaveCount(0)
  await expect(chat.ownMessages('Sent into the storm')).toHaveCount(1)
  await expectVerified(inspector, '4 messages, 0 missing, 0 duplicates.')
})

test('a message whose response is lost is stored once; a rejected one fails, and can be resent', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  const inspector = await openInspector(page)
  const messages = inspector.getByRole('combobox', { name: 'Messages' })

  await messages.selectOption('Responses lost')
  await chat.send('hello')
  await expect(chat.messages.last()).toContainText('Hello to you too!')
  await expect(chat.ownMessages('hello')).toHaveCount(1)
  await messages.selectOption('Rejected')
  await chat.send('thanks')
  await expect(chat.ownMessages('thanks')).toContainText('The wire inspector rejects all messages.')
  await messages.selectOption('Delivered')
  await chat.button('Edit').click()
  await chat.messageField.press('Enter')

  await expect(chat.messages.last()).toContainText('Biscuits')
  await expectVerified(inspector, '6 messages, 0 missing, 0 duplicates.')
})

test('requests and signals are listed, filtered by text and kind, and shown as JSON without user keys', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  const inspector = await openInspector(page)
  const { userKey } = await chat.readBrowserState()
  const filter = inspector.getByRole('searchbox', { name: 'Filter by text' })
  await chat.send('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits')

  await filter.fill('biscuits')
  // Deltas are hidden by default, because one answer contains very many.
  await expect(inspector.getByRole('button', { name: 'Deltas' })).toHaveAttribute('aria-pressed', 'false')
  await expect(inspector.getByRole('button', { name: 'Requests' })).toHaveAttribute('aria-pressed', 'true')
  await entry(inspector, /message_created/).click()
  await expect(inspector.locator('pre').filter({ hasText: '"type": "message_created"' })).toHaveCount(1)
  await inspector.getByRole('button', { name: 'Signals' }).click()
  await filter.fill('clientmessageid')
  await entry(inspector, /POST.*\/messages/).click()

  const headers = inspector.locator('pre').filter({ hasText: 'x-user-key: •••' })
  await expect(headers).toHaveCount(1)
  await expect(inspector.locator('pre').filter({ hasText: '"text": "thanks"' })).not.toHaveCount(0)
  expect(await inspector.innerHTML()).not.toContain(userKey.slice(0, 40))
  await inspector.getByRole('button', { name: 'Clear the log' }).click()
  await expect(inspector).toContainText('0 requests')
})

test('a paused log does not change, and catches up when resumed', async ({ chat, page }) => {
  await chat.waitForGreeting()
  const inspector = await openInspector(page)
  await inspector.getByRole('button', { name: 'Clear the log' }).click()
  await expect(inspector).toContainText('No entries yet.')
  const pause = inspector.getByRole('button', { name: 'Pause the log' })

  await pause.click()
  await chat.send('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits')
  await expect(inspector).toContainText('No entries yet.')
  await pause.click()
  await inspector.getByRole('searchbox').fill('/messages')

  await expect(entry(inspector, /POST.*\/messages/)).toHaveCount(1)
})

for (const [name, viewport] of Object.entries({
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
})) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${name}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme })

      test('the inspector fits, is accessible by keyboard, and has no axe violations', async ({
        chat,
        page,
      }, testInfo) => {
        await chat.waitForGreeting()
        await chat.send('thanks')
        await expect(chat.messages.last()).toContainText('Biscuits')
        const inspector = await openInspector(page)
        await expectVerified(inspector, '4 messages, 0 missing, 0 duplicates.')
        await inspector.getByRole('button', { name: 'Drop stream' }).click()
        await expect(inspector).toContainText('1 reconnection')

        await inspector.getByRole('searchbox').fill('/messages')
        const request = entry(inspector, /GET.*\/messages/).first()
        // Requests of the reconnection can still scroll the list, so that another row becomes the first one.
        await expect(async () => {
          await request.focus()
          await expect(request).toBeFocused({ timeout: 1_000 })
        }).toPass()
        await page.keyboard.press('Enter')
        await expect(inspector.locator('pre').first()).toBeVisible()
        await page.screenshot({ path: testInfo.outputPath('inspector.png') })

        expect(await findViolations(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width)
      })
    })
  }
}

async function openInspector(page: Page): Promise<Locator> {
  const inspector = page.getByRole('region', { name: 'Wire inspector' })
  const button = page.getByRole('button', { name: 'Wire inspector' })
  if (await button.isVisible()) await button.click()
  else {
    await page.getByRole('button', { name: 'Conversation actions' }).click()
    await page.getByRole('menuitem', { name: 'Wire inspector' }).click()
  }
  // Its own conversation has loaded.
  await expect(inspector.getByText('Online', { exact: true }).first()).toBeVisible()
  return inspector
}

function entry(inspector: Locator, name: RegExp): Locator {
  return inspector.getByRole('group', { name: 'Log entries' }).getByRole('button', { name, expanded: false })
}

async function expectVerified(inspector: Locator, text: string): Promise<void> {
  // The server's list does not contain streaming messages.
  await expect(inspector.page().locator('article[aria-busy="true"]')).toHaveCount(0)
  await inspector.getByRole('button', { name: 'Verify' }).click()
  await expect(inspector.getByRole('status')).toHaveText(text)
}
