import { expect, test } from './demo-test.ts'

test.describe('when a conversation goes', () => {
  // Whether it is still the user's, the server is asked once more.
  test.use({ expectedErrors: /403/ })

  test('a conversation is deleted from the list, and the next one is shown', async ({ chat, page }) => {
    await chat.isGreeted()
    await page.getByRole('button', { name: 'New conversation' }).click()
    await expect(chat.list.getByRole('link')).toHaveCount(2)
    await chat.isGreeted()
    const { conversationId } = await chat.memory()
    const row = chat.list.getByRole('listitem').first()

    await row.hover()
    await row.getByRole('button', { name: /^Actions for/ }).click()
    await page.getByRole('menuitem', { name: 'Delete conversation' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()

    await expect(chat.list.getByRole('link')).toHaveCount(1)
    await chat.isGreeted()
    expect((await chat.memory()).conversationId).not.toBe(conversationId)
  })

  test('whoever deletes the last one is offered to start another', async ({ chat, page }) => {
    await chat.isGreeted()
    await page.getByRole('button', { name: 'Conversation actions' }).click()
    await page.getByRole('menuitem', { name: 'Delete conversation' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await expect(page.getByText('You have no conversations.')).toBeVisible()
    await page.reload()

    await page.getByRole('button', { name: 'Start one' }).click()

    await chat.isGreeted()
  })
})

test('a conversation that is not open counts what was not read, moves up, and the title says so', async ({
  chat,
  page,
}) => {
  await chat.isGreeted()
  const me = await chat.elsewhere()
  const first = await chat.memory()
  await page.getByRole('button', { name: 'New conversation' }).click()
  await expect(chat.list.getByRole('link')).toHaveCount(2)
  await chat.isGreeted()

  await me.createMessage({ conversationId: first.conversationId, payload: { type: 'text', text: 'thanks' } })

  const row = chat.list.getByRole('link').first()
  await expect(row).toContainText('Biscuits are accepted')
  await expect(row).toContainText('1 unread')
  await expect(page).toHaveTitle('(1) Parley')
  await row.click()
  await expect(row).not.toContainText('unread')
  await expect(page).toHaveTitle('Parley')
  await page.reload()
  await expect(chat.messages.last()).toContainText('Biscuits')
  await expect(chat.list.getByRole('link').first()).not.toContainText('unread')
})

test('searching finds conversations by what was said last', async ({ chat, page }) => {
  await chat.isGreeted()
  await chat.say('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits')
  await page.getByRole('button', { name: 'New conversation' }).click()
  await chat.isGreeted()
  const search = page.getByRole('searchbox', { name: 'Search conversations' })
  await expect(chat.list.getByRole('link')).toHaveCount(2)

  await search.fill('biscuits')
  await expect(chat.list.getByRole('link')).toHaveCount(1)
  await search.press('ArrowDown')
  await expect(chat.list.getByRole('link')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(chat.messages.last()).toContainText('Biscuits')
  await search.fill('treasure')
  await expect(page.getByText('Nothing found.')).toBeVisible()
  await search.fill('')
  await expect(chat.list.getByRole('link')).toHaveCount(2)
})

test('the list is walked through by the arrow keys, however long it is, and loads what comes into view', async ({
  chat,
  page,
}) => {
  await chat.isGreeted()
  const me = await chat.elsewhere()
  for (let number = 1; number <= 60; number++) await me.createConversation()
  await page.reload()
  const current = chat.list.locator('[aria-current=page]')
  await expect(current).toBeVisible()

  await current.focus()
  await page.keyboard.press('End')
  await expect(chat.list.getByRole('link').last()).toBeFocused()
  await expect(chat.list.getByRole('link').last()).toContainText('Ask me to show')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await expect(chat.list.getByRole('link').nth(1)).toBeFocused()
  await page.keyboard.press('Enter')

  await chat.isGreeted()
  await expect(chat.field).toBeFocused()
  await expect(chat.list.locator('[aria-current=page]')).toHaveCount(1)
})

test.describe('in a link that leads nowhere', () => {
  test.use({ expectedErrors: /40[34]/ })

  test('the page says that one is not in there, and leads back', async ({ chat, page }) => {
    await chat.isGreeted()

    await page.goto(`${chat.origin}/#/c/conv_of_somebody_else`)
    await expect(page.getByRole('heading', { name: 'You are not in this conversation' })).toBeVisible()
    await page.getByRole('link', { name: 'Back to your conversations' }).click()

    await chat.isGreeted()
  })
})
