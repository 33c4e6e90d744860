import type { ChatPage } from './chat-page.ts'
import { expect, test } from './demo-test.ts'

test('two users chat in one conversation, with their names and unread counts', async ({
  chat,
  demo,
  otherChat,
}) => {
  await chat.waitForGreeting()
  await otherChat.waitForGreeting()
  await setName(chat, 'Ada')
  await setName(otherChat, 'Grace')
  const { id } = await otherChat.fetchUser()

  await chat.openPeople()
  await chat.people.getByRole('textbox', { name: 'Add a person' }).fill(` ${id} `)
  await chat.people.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(chat.people.getByRole('listitem')).toHaveText([
    /^\S*Ada\s*You\s*Owner/,
    /Grace/,
    /Polly\s*Bot/,
  ])
  await expect(chat.page.getByRole('heading', { level: 1 })).toHaveText('Grace, Polly')

  const row = otherChat.conversationList.getByRole('link', { name: /Ada, Polly/ })
  await expect(row).toBeVisible()
  // An answer of the bot would replace the preview in the list.
  await demo.allowWords(0)
  await chat.send('Good morning, Grace')
  await expect(row).toContainText('Ada: Good morning, Grace')
  await expect(row).toContainText(/[1-9] unread/)
  await demo.allowWords(Infinity)
  await row.click()
  await expect(otherChat.messages.filter({ hasText: /Ada:\s*Good morning, Grace/ })).toHaveCount(1)
  await expect(row).not.toContainText('unread')

  await otherChat.messageField.pressSequentially('Good')
  await expect(chat.page.getByText('Grace is typing')).toBeVisible()
  await otherChat.send('Good evening, Ada')
  await expect(chat.messages.filter({ hasText: /Grace:\s*Good evening, Ada/ })).toHaveCount(1)
  await expect(chat.page.getByText('Grace is typing')).toHaveCount(0)
})

test.describe('when a participant leaves', () => {
  // The page checks once more whether the user is still a participant.
  test.use({ expectedErrors: /403/ })

  test('the owner removes a participant, whose page says so and keeps other conversations', async ({
    chat,
    otherChat,
  }) => {
    await chat.waitForGreeting()
    await otherChat.waitForGreeting()
    await addAndOpen(chat, otherChat)

    await chat.openPeople()
    await chat.people.getByRole('button', { name: /^Remove/ }).click()
    await chat.page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()

    await expect(chat.people.getByRole('listitem')).toHaveCount(2)
    await expect(
      otherChat.page.getByRole('heading', { name: 'You are not in this conversation' }),
    ).toBeVisible()
    await expect(otherChat.conversationList.getByRole('link')).toHaveCount(1)
    await otherChat.page.getByRole('link', { name: 'Back to conversations' }).click()
    await otherChat.waitForGreeting()
  })

  test('a participant who is not the owner can leave, but not add or remove others', async ({
    chat,
    otherChat,
  }) => {
    await chat.waitForGreeting()
    await otherChat.waitForGreeting()
    await addAndOpen(chat, otherChat)
    await otherChat.openPeople()
    await expect(otherChat.people.getByRole('textbox')).toHaveCount(0)
    await expect(otherChat.people.getByRole('button', { name: /^Remove/ })).toHaveCount(0)

    await otherChat.people.getByRole('button', { name: 'Leave conversation' }).click()
    await otherChat.page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click()

    await expect(otherChat.conversationList.getByRole('link')).toHaveCount(1)
    await otherChat.waitForGreeting()
    await chat.openPeople()
    await expect(chat.people.getByRole('listitem')).toHaveCount(2)
  })
})

test.describe('with an unknown user id', () => {
  test.use({ expectedErrors: /404/ })

  test('adding a participant reports the error', async ({ chat }) => {
    await chat.waitForGreeting()
    await chat.openPeople()
    const field = chat.people.getByRole('textbox', { name: 'Add a person' })

    await field.fill('user_nobody')
    await field.press('Enter')

    await expect(chat.people.getByRole('alert')).toContainText(/./)
    await expect(field).toHaveAttribute('aria-invalid', 'true')
    await expect(field).toBeFocused()
  })
})

test('users can copy their id', async ({ chat, context, page }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await chat.waitForGreeting()
  await chat.openPeople()

  await chat.people.getByRole('button', { name: 'Copy your id' }).click()

  await expect(page.getByText('Copied.').first()).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe((await chat.fetchUser()).id)
})

test('a profile with picture and text is saved', async ({ chat, page }) => {
  await chat.waitForGreeting()
  const dialog = page.getByRole('dialog', { name: 'Your profile' })
  await page.getByRole('button', { name: /Your profile/ }).click()
  await dialog.getByLabel('Name').fill('Ada Lovelace')
  await dialog.getByLabel('Picture').fill(`${chat.origin}/media/lighthouse.svg`)
  await dialog.getByLabel('About you').fill('I write programs for machines that are not there yet.')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)

  await page.reload()

  await expect(page.getByRole('button', { name: /Ada Lovelace.*Your profile/ })).toBeVisible()
  await chat.openPeople()
  await expect(chat.people.getByRole('listitem').first()).toContainText('machines that are not there yet')
  await expect(chat.people.getByRole('listitem').first().locator('img')).toHaveAttribute('src', /lighthouse/)
})

test.describe('when a user is deleted', () => {
  // The server rejects streams and requests of the deleted user.
  test.use({ expectedErrors: /40[134]/ })

  test('their messages and conversations are deleted, and the page creates a new guest', async ({
    chat,
    otherChat,
    page,
  }) => {
    await chat.waitForGreeting()
    await otherChat.waitForGreeting()
    await addAndOpen(chat, otherChat)
    await chat.send('Remember me')
    await expect(otherChat.messages.filter({ hasText: 'Remember me' }).first()).toBeVisible()
    const before = await chat.fetchUser()
    const key = (await chat.readBrowserState()).userKey

    await page.getByRole('button', { name: /Your profile/ }).click()
    await page.getByRole('button', { name: 'Delete account' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete everything' }).click()

    await expect.poll(async () => (await chat.readBrowserState()).userKey).not.toBe(key)
    await chat.waitForGreeting()
    expect((await chat.fetchUser()).id).not.toBe(before.id)
    await expect(chat.conversationList.getByRole('link')).toHaveCount(1)
    await expect(
      otherChat.page.getByRole('heading', { name: 'You are not in this conversation' }),
    ).toBeVisible()
    await expect(otherChat.conversationList.getByRole('link')).toHaveCount(1)
  })
})

async function setName(chat: ChatPage, text: string): Promise<void> {
  await chat.page.getByRole('button', { name: /Your profile/ }).click()
  await chat.page.getByLabel('Name').fill(text)
  await chat.page.getByRole('button', { name: 'Save' }).click()
  await expect(chat.page.getByRole('dialog', { name: 'Your profile' })).toHaveCount(0)
}

/** Adds the user of `otherChat` to the conversation of `chat`, and opens it for them. */
async function addAndOpen(chat: ChatPage, otherChat: ChatPage): Promise<void> {
  const me = await chat.connectAsUser()
  const { conversationId } = await chat.readBrowserState()
  await me.addParticipant({ conversationId, userId: (await otherChat.fetchUser()).id })
  await otherChat.conversationList.getByRole('link').filter({ hasText: 'Guest' }).click()
  await expect(otherChat.log).toContainText('Ahoy!')
  await expect.poll(async () => (await otherChat.readBrowserState()).conversationId).toBe(conversationId)
}

test.describe('when the participants cannot be loaded', () => {
  test.use({ expectedErrors: /403/ })

  test('the panel says so, and the conversation works', async ({ chat, page }) => {
    const json = { id: 'e1', code: 403, type: 'Forbidden', message: 'No access to participants.' }
    await chat.waitForGreeting()
    await page.route('**/participants**', (route) => route.fulfill({ status: 403, json }))
    await page.reload()
    await chat.waitForGreeting()
    await chat.openPeople()

    await expect(chat.people.getByRole('alert')).toContainText('Unable to load the participants.')
    await chat.send('thanks')
    await expect(chat.messages.last()).toContainText('Biscuits')
  })
})

test.describe('after a participant with a name was removed', () => {
  test.use({ expectedErrors: /403/ })

  test('their messages keep the name, even after a reload', async ({ chat, otherChat, page }) => {
    await chat.waitForGreeting()
    await otherChat.waitForGreeting()
    await setName(otherChat, 'Grace')
    await addAndOpen(chat, otherChat)
    await otherChat.send('I was here')
    await expect(chat.messages.filter({ hasText: /Grace:\s*I was here/ })).toHaveCount(1)

    await chat.openPeople()
    await chat.people.getByRole('button', { name: 'Remove Grace' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await expect(chat.people.getByRole('listitem')).toHaveCount(2)
    await expect(chat.messages.filter({ hasText: /Grace:\s*I was here/ })).toHaveCount(1)
    await page.reload()

    await expect(chat.messages.filter({ hasText: /Grace:\s*I was here/ })).toHaveCount(1)
    await expect(chat.messages.getByText('Grace', { exact: true })).toBeVisible()
  })
})

test('a bidirectional name cannot reorder the text around it', async ({ chat, otherChat, page }) => {
  await chat.waitForGreeting()
  await otherChat.waitForGreeting()
  await setName(otherChat, 'evil\u202Egnp')
  await addAndOpen(chat, otherChat)
  await otherChat.send('hello')
  await expect(chat.messages.filter({ hasText: /gnp:\s*hello/ })).toHaveCount(1)
  await chat.openPeople()

  const strings = await page.evaluate(() => [
    document.body.innerText,
    document.title,
    ...[...document.querySelectorAll('*')].flatMap((element) =>
      [...element.attributes].map(({ value }) => value),
    ),
  ])

  expect(strings.filter((text) => text.includes('gnp')).length).toBeGreaterThan(3)
  expect(strings.filter((text) => /[\u202A-\u202E]/.test(text))).toEqual([])
})

test('a right-to-left name is isolated in labels and placeholders', async ({ chat, otherChat }) => {
  await chat.waitForGreeting()
  await otherChat.waitForGreeting()
  await setName(otherChat, 'דנה')
  await addAndOpen(chat, otherChat)

  await expect(chat.messageField).toHaveAttribute('placeholder', /\u2068דנה\u2069/)
  await expect(chat.page.getByRole('heading', { level: 1 })).toContainText('\u2068דנה\u2069')
})
