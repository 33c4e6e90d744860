import type { Page } from '@playwright/test'
import type { ChatPage } from './chat-page.ts'
import { countMessages } from './count-messages.ts'
import { expect, test } from './demo-test.ts'

test('a long log with links, pictures and buttons is one tab stop, and a skip link focuses the message field', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await chat.button('Show everything').click()
  await expect(chat.messages).toHaveCount(15)
  for (let count = 1; count <= 30; count++) {
    await chat.sendFromOtherDevice({ type: 'text', text: `see https://parley.example/${count}` })
  }
  await expect(chat.messages.filter({ hasText: 'parley.example/30' }).first()).toBeVisible()

  expect(await countTabStops(page, chat)).toBeLessThan(25)
  await chat.log.focus()
  await page.keyboard.press('Tab')
  await expect(chat.log.locator(':focus')).toHaveCount(0)
  await chat.messageField.focus()
  await page.keyboard.press('Shift+Tab')
  await expect(chat.log).toBeFocused()
  await focusStart(page)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the message field' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(chat.messageField).toBeFocused()
})

test('the arrow keys move through the log into its history, and End moves back to the newest message', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  const me = await chat.connectAsUser()
  const { conversationId } = await chat.readBrowserState()
  for (let count = 1; count <= 60; count++) {
    await me.createMessage({ conversationId, payload: { type: 'text', text: `number ${count}` } })
  }
  await expect.poll(() => countMessages(me, conversationId)).toBe(122)
  await page.reload()
  await expect(chat.messages.last()).toBeVisible()

  await chat.log.focus()
  await page.keyboard.press('ArrowUp')
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('ArrowUp')
    await expect(chat.log.locator('article:focus')).toBeInViewport()
  }
  const focusedText = await chat.log.locator('article:focus').innerText()
  await page.keyboard.press('Escape')
  await expect(chat.log).toBeFocused()
  await page.keyboard.press('Home')
  // The page loads older messages above the visible ones.
  await expect.poll(() => distanceToEnd(chat)).toBeGreaterThan(500)
  await page.keyboard.press('End')

  expect(focusedText).toMatch(/number|said|You/)
  await expect(chat.messages.last()).toBeInViewport()
  await expect.poll(() => distanceToEnd(chat)).toBeLessThan(2)
})

test('Enter moves into a message, Tab through its controls, and Escape back to it', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await chat.send('show choice')
  await expect(chat.messages).toHaveCount(4)
  await chat.log.focus()
  await page.keyboard.press('ArrowUp')
  await expect(chat.messages.last()).toBeFocused()

  await page.keyboard.press('Enter')
  await expect(chat.messages.last().getByRole('button').first()).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(chat.messages.last().getByRole('button').nth(1)).toBeFocused()
  await page.keyboard.press('Escape')

  await expect(chat.messages.last()).toBeFocused()
})

test.describe('the focus is never lost', () => {
  test.use({ expectedErrors: /40[34]|413/ })

  test('after answering a choice and a dropdown', async ({ chat, page }) => {
    await chat.waitForGreeting()
    await chat.send('show choice')
    await expect(chat.messages).toHaveCount(4)
    const choice = chat.messages.filter({ hasText: 'Which drink' })
    await chat.button('Grog').focus()
    await page.keyboard.press('Enter')
    await expect(choice).toBeFocused()

    await chat.send('show dropdown')
    const dropdown = chat.messages.filter({ has: page.getByRole('combobox') })
    // A native select is shown until the code of the custom field is loaded.
    await dropdown.locator('button[role=combobox]').click()
    await page.getByRole('option', { name: 'Madeira' }).click()
    await chat.button('Choose').focus()
    await page.keyboard.press('Enter')
    await expect(dropdown).toBeFocused()
  })

  test('when the code of a dropdown arrives while its native select is in use', async ({ chat, page }) => {
    const held = Promise.withResolvers<void>()
    await page.route('**/assets/dropdown-field*', async (route) => {
      await held.promise
      await route.continue()
    })
    await page.reload()
    await chat.waitForGreeting()
    await chat.send('show dropdown')
    const select = chat.log.locator('select')
    await select.focus()

    const loaded = page.waitForResponse('**/assets/dropdown-field*')
    held.resolve()
    await (await loaded).finished()

    await select.selectOption('Madeira')
    await expect(select).toBeFocused()
    await chat.button('Choose').click()
    await expect(chat.messages.last()).toContainText('Course to Madeira')
  })

  test('after discarding a message', async ({ chat, page }) => {
    await chat.waitForGreeting()
    const tooLarge = { id: 'err_1', code: 413, type: 'PayloadTooLarge', message: 'Unable to x; too large' }
    await page.route('**/demo/messages', (route) => route.fulfill({ status: 413, json: tooLarge }))
    await chat.send('too much')
    await chat.button('Discard').focus()
    await page.keyboard.press('Enter')

    await expect(chat.ownMessages('too much')).toHaveCount(0)
    await expect(chat.messageField).toBeFocused()
  })

  test('after removing a person, and deleting a conversation', async ({ chat, otherChat, page }) => {
    await chat.waitForGreeting()
    await otherChat.waitForGreeting()
    const me = await chat.connectAsUser()
    const { conversationId } = await chat.readBrowserState()
    await me.addParticipant({ conversationId, userId: (await otherChat.fetchUser()).id })
    await chat.openPeople()
    await chat.people.getByRole('button', { name: /^Remove/ }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await expect(chat.people.getByRole('listitem')).toHaveCount(2)
    await expect(page.getByRole('heading', { name: 'People' })).toBeFocused()

    await chat.startConversation()
    await page.getByRole('button', { name: 'Conversation actions' }).click()
    await page.getByRole('menuitem', { name: 'Delete conversation' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await expect(chat.conversationList.getByRole('link')).toHaveCount(1)
    await expect.poll(() => chat.readBrowserState()).toMatchObject({ conversationId })
    await expect(page.locator('body:focus')).toHaveCount(0)
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY')
  })
})

test('an answer is announced when complete, as plain text, and a choice with its options', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  const announcer = page.getByTestId('announcer')
  await chat.send('Tell me a story')
  await expect(chat.messages.last()).toContainText('which is more than most')
  await expect(announcer).toContainText('which is more than most messages could say in those days.')
  await chat.send('show markdown')
  await expect(chat.messages).toHaveCount(6)
  await expect(announcer).toContainText('Polly: Markdown')

  await chat.send('show choice')

  await expect(announcer).toContainText('Grog, Tea, Lemon water')
  expect(await announcer.innerText()).not.toMatch(/\*\*|^#/m)
})

/** The number of tab stops from the start of the page up to the message field. */
async function countTabStops(page: Page, chat: ChatPage): Promise<number> {
  await focusStart(page)
  for (let count = 0; count < 300; count++) {
    await page.keyboard.press('Tab')
    if (await chat.messageField.evaluate((field) => field === document.activeElement)) return count
  }
  throw new Error('Unable to reach the message field with the Tab key')
}

/** Makes the next Tab go to the first tab stop of the page. */
async function focusStart(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.body.tabIndex = -1
    document.body.focus()
    document.body.removeAttribute('tabindex')
  })
}

function distanceToEnd(chat: ChatPage): Promise<number> {
  return chat.log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight)
}
