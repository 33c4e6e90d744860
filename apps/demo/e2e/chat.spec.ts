import { ChatPage } from './chat-page.ts'
import { expect, test } from './demo-test.ts'

test('the bot greets a new guest, and its streamed answer grows, completes and survives a reload', async ({
  chat,
  demo,
  page,
}) => {
  await chat.waitForGreeting()
  const user = await chat.fetchUser()
  const { conversationId } = await chat.readBrowserState()
  const lengths = await chat.log.evaluateHandle(observeStreamingLengths)
  await demo.allowWords(3)

  await chat.send('Tell me a story')
  await expect(chat.messages.filter({ hasText: /^You:\s*Tell me a story/ })).toHaveCount(1)
  // Only the bubble: the line below it changes from "Writing…" to the time.
  const bubble = chat.streamingMessage.locator('.is-streaming')
  await expect(bubble).toHaveText('Once there was')
  await demo.allowWords(4)
  await expect(bubble).toHaveText('Once there was a ship whose crew')
  await demo.allowWords(5)
  await expect(bubble).toHaveText('Once there was a ship whose crew could not agree on anything.')
  await demo.allowWords(Infinity)
  const answer = chat.messages.last()
  await expect(answer).toContainText('which is more than most messages could say in those days.')
  await expect(answer).toHaveAttribute('aria-busy', 'false')
  await expect(answer.getByRole('time')).toBeInViewport()
  await expect(page.getByRole('button', { name: 'Jump to latest' })).toHaveCount(0)
  const grown = await lengths.jsonValue()
  const shown = await chat.messages.allInnerTexts()
  await page.reload()

  expect(new Set(grown).size).toBeGreaterThan(2)
  expect(grown).toEqual(grown.toSorted((a, b) => a - b))
  await expect.poll(() => chat.messages.allInnerTexts()).toEqual(shown)
  expect(await chat.fetchUser()).toEqual(user)
  expect((await chat.readBrowserState()).conversationId).toBe(conversationId)
  await expect(page.getByRole('heading', { name: 'Polly', level: 1 })).toBeVisible()
})

test('an aborted answer disappears', async ({ chat, demo }) => {
  await chat.waitForGreeting()
  await demo.allowWords(5)

  await chat.send('Please change your mind')

  await expect(chat.streamingMessage).toContainText('The treasure is buried under')
  await demo.allowWords(Infinity)
  await expect(chat.messages.last()).toContainText('I have said nothing.')
  await expect(chat.log).not.toContainText('treasure')
})

test('a streaming answer continues to grow after a reload', async ({ chat, demo, page }) => {
  await chat.waitForGreeting()
  await demo.allowWords(24)

  await chat.send('Tell me a story')
  await expect(chat.streamingMessage).toContainText('the parrot wanted')
  await page.reload()

  await expect(chat.streamingMessage).toContainText('Once there was a ship')
  await expect(chat.streamingMessage).toContainText('the parrot wanted')
  await demo.allowWords(Infinity)
  await expect(chat.messages.last()).toContainText(
    'which is more than most messages could say in those days.',
  )
  await expect(chat.streamingMessage).toHaveCount(0)
  await expect(chat.messages.filter({ hasText: 'Once there was a ship' })).toHaveCount(1)
})

test('Enter sends, Shift+Enter inserts a line break, and Enter during IME composition does neither', async ({
  chat,
}) => {
  await chat.waitForGreeting()

  await chat.messageField.pressSequentially('one')
  await chat.messageField.press('Shift+Enter')
  await chat.messageField.pressSequentially('two')
  await chat.messageField.evaluate((field) => {
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))
  })
  await expect(chat.messageField).toHaveValue('one\ntwo')
  await chat.messageField.press('Enter')

  await expect(chat.messageField).toHaveValue('')
  await expect(chat.messages.filter({ hasText: 'You:one\ntwo' })).toHaveCount(1)
})

test('a new conversation starts empty for the same user, and reopens after a reload', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  const user = await chat.fetchUser()
  const before = await chat.readBrowserState()
  await chat.send('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits')

  await chat.startConversation()
  await expect(chat.log).not.toContainText('Biscuits')
  await page.reload()
  await chat.waitForGreeting()

  await expect(chat.messages).toHaveCount(2)
  expect(await chat.fetchUser()).toEqual(user)
  expect((await chat.readBrowserState()).conversationId).not.toBe(before.conversationId)
})

test('a user deletes their own message from its menu', async ({ chat, page }) => {
  await chat.waitForGreeting()
  await chat.send('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits')

  await chat.chooseAction(chat.ownMessages('thanks'), 'Delete')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()

  await expect(chat.ownMessages('thanks')).toHaveCount(0)
  await expect(page.getByRole('alertdialog')).toHaveCount(0)
  await page.reload()
  await expect(chat.messages.last()).toContainText('Biscuits')
  await expect(chat.ownMessages('thanks')).toHaveCount(0)
})

test('messages of other users can be copied but not deleted', async ({ chat, context, page }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await chat.waitForGreeting()
  const greeting = chat.messages.first()

  await greeting.hover()
  await greeting.getByRole('button', { name: 'Message actions' }).click()
  await expect(page.getByRole('menuitem')).toHaveText(['Copy'])
  await page.getByRole('menuitem', { name: 'Copy' }).click()

  await expect(page.getByText('Copied.').first()).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('Ahoy! I am Polly')
})

test('an unsent draft survives a reload in its conversation', async ({ chat, page }) => {
  await chat.waitForGreeting()
  await chat.messageField.fill('half a thought')
  await page.getByRole('button', { name: 'New conversation' }).click()
  await expect(chat.messageField).toHaveValue('')

  await page.goBack()
  await expect(chat.messageField).toHaveValue('half a thought')
  await page.reload()

  await expect(chat.messageField).toHaveValue('half a thought')
})

test('a message of the bot is announced once, when it is complete', async ({ chat, page }) => {
  await chat.waitForGreeting()
  const announcer = page.getByTestId('announcer')

  await chat.send('thanks')
  await expect(announcer).toContainText('Polly: You are welcome!')

  await expect(announcer).not.toContainText('thanks')
  await expect(announcer.locator('p', { hasText: 'You are welcome!' })).toHaveCount(1)
})

test('a new message is announced while the history still loads, and the history is not announced', async ({
  chat,
  demo,
  page,
}) => {
  await chat.waitForGreeting()
  const announcer = page.getByTestId('announcer')
  const historyReleased = Promise.withResolvers<void>()
  await page.route('**/messages?**', async (route) => {
    await historyReleased.promise
    await route.fallback()
  })
  await page.reload()
  await demo.allowWords(3)

  await chat.send('thanks')
  await expect(chat.streamingMessage).toContainText('You are welcome!')
  await demo.allowWords(Infinity)
  await expect(announcer).toContainText('Polly: You are welcome!')
  historyReleased.resolve()
  await expect(chat.messages).toHaveCount(4)

  await expect(announcer.locator('p')).toHaveCount(1)
})

test('very long, unbreakable and malicious texts fit the page', async ({ chat, page }) => {
  await chat.waitForGreeting()

  await chat.send('A'.repeat(2_900))
  await chat.send('<img src=x onerror=alert(1)>')
  await chat.send('\u202Eright to left, if you let it')
  await chat.send(Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n'))
  await expect(chat.ownMessages('line 0')).toHaveCount(1)

  expect(await chat.log.evaluate((log) => log.scrollWidth - log.clientWidth)).toBe(0)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})

/** Records the length of the streaming message at each change. */
function observeStreamingLengths(log: Element): number[] {
  const lengths: number[] = []
  const observer = new MutationObserver(() => {
    const text = log.querySelector<HTMLElement>('.is-streaming')?.innerText
    if (text) lengths.push(text.length)
  })
  observer.observe(log, { subtree: true, childList: true, characterData: true })
  return lengths
}

test('“Today” becomes “Yesterday” at midnight', async ({ demo, page }) => {
  await page.clock.install()
  await page.goto(demo.origin)
  const chat = new ChatPage(page, demo.origin)
  await chat.waitForGreeting()
  await expect(chat.log.getByText('Today')).toBeVisible()

  await page.clock.fastForward('24:00:00')

  await expect(chat.log.getByText('Yesterday')).toBeVisible()
  await expect(chat.log.getByText('Today')).toHaveCount(0)
  await expect(chat.conversationList.getByRole('link').first()).toContainText('Yesterday')
})

test.describe('when the server rejects a message permanently', () => {
  test.use({ expectedErrors: /413/ })

  test('the page explains the error, and the user can edit and resend the text', async ({ chat, page }) => {
    await chat.waitForGreeting()
    const body = { id: 'err_1', code: 413, type: 'PayloadTooLarge', message: 'Unable to x; 1048577 bytes' }
    await page.route('**/demo/messages', (route) => route.fulfill({ status: 413, json: body }))
    await chat.send('too much')
    const failed = chat.messages.filter({ hasText: 'Not sent.' })
    await expect(failed).toContainText('This is too long. Shorten it.')
    await expect(failed.getByText('1048577')).toBeHidden()
    await failed.getByText('Details').click()
    await expect(failed.getByText('1048577')).toBeVisible()
    await expect(failed.getByRole('button', { name: 'Retry' })).toHaveCount(0)
    await page.unroute('**/demo/messages')

    await failed.getByRole('button', { name: 'Edit' }).click()

    await expect(chat.messageField).toBeFocused()
    await expect(chat.messageField).toHaveValue('too much')
    await expect(failed).toHaveCount(0)
    await chat.messageField.press('Enter')
    await expect(chat.ownMessages('too much')).toHaveCount(1)
    await expect(chat.ownMessages('too much').getByRole('img', { name: 'Sent' })).toBeVisible()
  })

  test('the user can undo discarding it', async ({ chat, page }) => {
    await chat.waitForGreeting()
    const body = { id: 'err_1', code: 413, type: 'PayloadTooLarge', message: 'Unable to x; too large' }
    await page.route('**/demo/messages', (route) => route.fulfill({ status: 413, json: body }))
    await chat.send('once more')
    await chat.messages.getByRole('button', { name: 'Discard' }).click()
    await expect(chat.ownMessages('once more')).toHaveCount(0)
    await expect(chat.messageField).toBeFocused()
    await page.unroute('**/demo/messages')

    await page.getByRole('button', { name: 'Undo' }).click()

    await expect(chat.ownMessages('once more')).toHaveCount(1)
    await expect(chat.ownMessages('once more').getByRole('img', { name: 'Sent' })).toBeVisible()
  })
})
