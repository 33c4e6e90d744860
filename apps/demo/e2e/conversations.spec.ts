import { ChatPage } from './chat-page.ts'
import { countMessages } from './count-messages.ts'
import { delayGreeting } from './delay-greeting.ts'
import { expect, test } from './demo-test.ts'

test.describe('when a conversation is deleted', () => {
  // The page checks once more whether the user is still a participant.
  test.use({ expectedErrors: /403/ })

  test('deleting a conversation from the list opens the next one', async ({ chat, page }) => {
    await chat.waitForGreeting()
    const first = await chat.readBrowserState()
    await chat.startConversation()
    await expect(chat.conversationList.getByRole('link')).toHaveCount(2)
    const row = chat.conversationList.getByRole('listitem').first()

    await row.hover()
    await row.getByRole('button', { name: /^Actions for/ }).click()
    await page.getByRole('menuitem', { name: 'Delete conversation' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()

    await expect(chat.conversationList.getByRole('link')).toHaveCount(1)
    await expect.poll(() => chat.readBrowserState()).toEqual(first)
    await chat.waitForGreeting()
  })

  test('after deleting the last conversation, the page offers to start a new one', async ({ chat, page }) => {
    await chat.waitForGreeting()
    await page.getByRole('button', { name: 'Conversation actions' }).click()
    await page.getByRole('menuitem', { name: 'Delete conversation' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await expect(page.getByText('No conversations yet.')).toBeVisible()
    await page.reload()

    await page.getByRole('button', { name: 'Start a conversation' }).click()

    await chat.waitForGreeting()
  })
})

test('a new message in another conversation updates unread count, list order and page title', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  const me = await chat.connectAsUser()
  const first = await chat.readBrowserState()
  await chat.startConversation()
  await expect(chat.conversationList.getByRole('link')).toHaveCount(2)

  await me.createMessage({ conversationId: first.conversationId, payload: { type: 'text', text: 'thanks' } })

  const row = chat.conversationList.getByRole('link').first()
  await expect(row).toContainText('Biscuits are accepted')
  await expect(row).toContainText('1 unread')
  await expect(page).toHaveTitle('(1) Parley')
  await row.click()
  await expect(row).not.toContainText('unread')
  await expect(page).toHaveTitle('Parley')
  await page.reload()
  await expect(chat.messages.last()).toContainText('Biscuits')
  await expect(chat.conversationList.getByRole('link').first()).not.toContainText('unread')
})

test('messages that were visible before the list loaded them count as read', async ({ chat, page }) => {
  await chat.waitForGreeting()
  const me = await chat.connectAsUser()
  const first = await chat.readBrowserState()
  await page.goto('about:blank')
  const { conversation } = await me.createConversation()
  await expect.poll(() => countMessages(me, conversation.id)).toBe(2)
  const listReleased = Promise.withResolvers<void>()
  // Matches the requests of the list; those of the log have a limit in the query.
  await page.route(/\/messages$/, async (route) => {
    if (route.request().method() === 'GET') await listReleased.promise
    await route.fallback()
  })

  await page.goto(`${chat.origin}/#/c/${conversation.id}`)
  await chat.waitForGreeting()
  await expect(chat.conversationList.locator('[aria-current=page]')).toBeVisible()
  await page.goto(`${chat.origin}/#/c/${first.conversationId}`)
  const row = chat.conversationList.locator(`[data-conversation="${conversation.id}"]`)
  await expect(row).not.toContainText('Ask me to show')
  listReleased.resolve()

  await expect(row).toContainText('Ask me to show')
  await expect(row).not.toContainText('unread')
})

test('search finds conversations by their latest message', async ({ chat, page }) => {
  await chat.waitForGreeting()
  await chat.send('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits')
  await chat.startConversation()
  const search = page.getByRole('searchbox', { name: 'Search conversations' })
  await expect(chat.conversationList.getByRole('link')).toHaveCount(2)

  await search.fill('biscuits')
  await expect(chat.conversationList.getByRole('link')).toHaveCount(1)
  await search.press('ArrowDown')
  await expect(chat.conversationList.getByRole('link')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(chat.messages.last()).toContainText('Biscuits')
  await search.fill('treasure')
  await expect(page.getByText('No matches.')).toBeVisible()
  await search.fill('')
  await expect(chat.conversationList.getByRole('link')).toHaveCount(2)
})

test('the arrow keys move through a long list, which loads rows as they become visible', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  const me = await chat.connectAsUser()
  const ids: string[] = []
  for (let number = 1; number <= 60; number++) ids.push((await me.createConversation()).conversation.id)
  // A late greeting would move its row.
  for (const id of ids) await expect.poll(() => countMessages(me, id)).toBe(2)
  await page.reload()
  const current = chat.conversationList.locator('[aria-current=page]')
  await expect(current).toBeVisible()

  await current.focus()
  await page.keyboard.press('End')
  await expect(chat.conversationList.getByRole('link').last()).toBeFocused()
  await expect(chat.conversationList.getByRole('link').last()).toContainText('Ask me to show')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await expect(chat.conversationList.getByRole('link').nth(1)).toBeFocused()
  await page.keyboard.press('Enter')

  await chat.waitForGreeting()
  await expect(chat.messageField).toBeFocused()
  await expect(chat.conversationList.locator('[aria-current=page]')).toHaveCount(1)
})

test('a new guest who opens a conversation before the greeting is ready stays in it', async ({
  demo,
  page,
}) => {
  const greeting = await delayGreeting(page)
  await page.goto(demo.origin)
  await greeting.requested
  const chat = new ChatPage(page, demo.origin)

  await chat.startConversation()
  const opened = await chat.readBrowserState()
  greeting.release()
  await expect(chat.conversationList.getByRole('link')).toHaveCount(2)
  await expect
    .poll(() => page.evaluate(() => Object.keys(localStorage).join()))
    .toContain('parley-demo:greeted:')

  expect(await chat.readBrowserState()).toEqual(opened)
})

test.describe('with a link to an inaccessible conversation', () => {
  test.use({ expectedErrors: /40[34]/ })

  test('the page says that the user is not a participant, and links back', async ({ chat, page }) => {
    await chat.waitForGreeting()

    await page.goto(`${chat.origin}/#/c/conv_unknown`)
    await expect(page.getByRole('heading', { name: 'You are not in this conversation' })).toBeVisible()
    await page.getByRole('link', { name: 'Back to conversations' }).click()

    await chat.waitForGreeting()
  })
})

test('conversations with the same participants have different titles and plain-text previews', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await chat.sendFromOtherDevice({ type: 'markdown', markdown: '## A *title*' })
  const me = await chat.connectAsUser()
  for (let count = 0; count < 3; count++) await me.createConversation()
  await expect(chat.conversationList.getByRole('link')).toHaveCount(4)

  const titles = chat.conversationList.getByRole('link').locator('bdi')
  await expect(titles).toHaveText(Array.from({ length: 4 }, () => /^Polly.* · .*\d/))
  expect(new Set(await titles.allInnerTexts()).size).toBe(4)
  const current = chat.conversationList.locator('[aria-current=page]')
  await expect(current).not.toContainText('#')
  await expect(current).not.toContainText('*')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Polly')
})

test('a long right-to-left preview is truncated at its end', async ({ chat }) => {
  await chat.waitForGreeting()
  await chat.sendFromOtherDevice({ type: 'text', text: `התחלה ${'מילה '.repeat(60)}סוף` })
  const preview = chat.conversationList.locator('[aria-current=page] [dir=auto]')
  await expect(preview).toContainText('התחלה')

  // Right-to-left text starts at the right, and its start must be visible.
  const isVisible = await preview.evaluate((element) => {
    const range = document.createRange()
    const text = element.firstChild
    if (!text) return false
    range.setStart(text, 0)
    range.setEnd(text, 3)
    const word = range.getBoundingClientRect()
    const box = element.getBoundingClientRect()
    return word.left >= box.left - 1 && word.right <= box.right + 1
  })

  expect(isVisible).toBe(true)
})

test('the conversation of the “Three layers” page never counts as unread', async ({ chat, page }) => {
  await chat.waitForGreeting()
  await page.getByRole('link', { name: 'Three layers' }).click()
  await page.getByRole('textbox').first().fill('thanks')
  await page.getByRole('textbox').first().press('Enter')
  await expect(page.getByText(/Biscuits/).first()).toBeVisible()

  await page.getByRole('link', { name: 'Chat', exact: true }).click()

  await expect(chat.conversationList.getByRole('link').filter({ hasText: 'Biscuits' })).toHaveCount(1)
  await expect(chat.conversationList).not.toContainText('unread')
})

test('opening a conversation requests its messages once and its participants once', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await chat.startConversation()
  await chat.waitForGreeting()
  const me = await chat.connectAsUser()
  const { conversation } = await me.createConversation()
  await expect.poll(() => countMessages(me, conversation.id)).toBe(2)
  await page.goto('about:blank')
  const requestedPaths: string[] = []
  page.on('request', (request) => {
    const [, path] = /\/conversations\/([^?]+)/.exec(request.url()) ?? []
    if (path?.startsWith(conversation.id)) requestedPaths.push(path.slice(conversation.id.length))
  })

  await page.goto(`${chat.origin}/#/c/${conversation.id}`)
  await chat.waitForGreeting()
  await expect(chat.conversationList.getByRole('link').filter({ hasText: 'Polly' })).toHaveCount(3)
  await expect(chat.conversationList.getByRole('link').last()).toContainText('Ask me to show')

  expect(requestedPaths.toSorted()).toEqual(['/messages', '/participants'])
})
