import type { Locator } from '@playwright/test'
import { expect, test } from './demo-test.ts'

test.describe('at the pace of a person', () => {
  test.use({ wordMs: 40 })

  test('a visitor is greeted, asks, and sees the answer grow and finish; a reload brings all of it back', async ({
    chat,
    page,
  }) => {
    await chat.isGreeted()
    const user = await chat.user()
    const { conversationId } = await chat.memory()

    await chat.say('Tell me a story')
    await expect(chat.messages.filter({ hasText: /^You:\s*Tell me a story/ })).toHaveCount(1)
    const lengths = await lengthsWhileGrowing(chat.draft)
    const answer = chat.messages.last()
    await expect(answer).toContainText('which is more than most messages could say in those days.')
    await expect(answer).toHaveAttribute('aria-busy', 'false')
    await expect(answer.getByRole('time')).toBeInViewport()
    await expect(page.getByRole('button', { name: 'Newest' })).toHaveCount(0)
    const shown = await chat.messages.allInnerTexts()
    await page.reload()

    expect(new Set(lengths).size).toBeGreaterThan(2)
    expect(lengths).toEqual(lengths.toSorted((one, other) => one - other))
    await expect(chat.messages).toHaveCount(shown.length)
    expect(await chat.messages.allInnerTexts()).toEqual(shown)
    expect(await chat.user()).toEqual(user)
    expect((await chat.memory()).conversationId).toBe(conversationId)
    await expect(page.getByRole('heading', { name: 'Polly' })).toBeVisible()
  })

  test('an answer that the bot takes back disappears', async ({ chat }) => {
    await chat.isGreeted()

    await chat.say('Please change your mind')

    await expect(chat.draft).toContainText('buried under')
    await expect(chat.messages.last()).toContainText('I have said nothing.')
    await expect(chat.log).not.toContainText('treasure')
  })
})

test.describe('slowly enough to be reloaded in between', () => {
  test.use({ wordMs: 90 })

  test('an answer joined while it is being written goes on growing after a reload', async ({
    chat,
    page,
  }) => {
    await chat.isGreeted()

    await chat.say('Tell me a story')
    await expect(chat.draft).toContainText('parrot wanted')
    await page.reload()

    await expect(chat.draft).toContainText('Once there was a ship')
    await expect(chat.messages.last()).toContainText(
      'which is more than most messages could say in those days.',
    )
    await expect(chat.draft).toHaveCount(0)
    await expect(chat.messages.filter({ hasText: 'Once there was a ship' })).toHaveCount(1)
  })
})

test('Enter sends, Shift+Enter makes a line, and Enter within an input method does neither', async ({
  chat,
}) => {
  await chat.isGreeted()

  await chat.field.pressSequentially('one')
  await chat.field.press('Shift+Enter')
  await chat.field.pressSequentially('two')
  await chat.field.evaluate((field) => {
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))
  })
  await expect(chat.field).toHaveValue('one\ntwo')
  await chat.field.press('Enter')

  await expect(chat.field).toHaveValue('')
  await expect(chat.messages.filter({ hasText: 'You:one\ntwo' })).toHaveCount(1)
})

test('earlier messages come on demand, and what was being read stays in its place', async ({
  chat,
  page,
}) => {
  await chat.isGreeted()
  for (let number = 1; number <= 20; number++)
    await chat.sendFromElsewhere({ type: 'text', text: `show text ${number}` })
  await expect(chat.messages.filter({ hasText: 'This is plain text.' })).toHaveCount(20)
  await page.reload()
  await expect(chat.messages).toHaveCount(20)

  await chat.log.evaluate((log) => (log.scrollTop = 0))
  const first = chat.messages.first()
  const text = await first.innerText()
  const place = await first.boundingBox()
  await chat.button('Show earlier messages').click()
  await expect(chat.messages).toHaveCount(40)
  const moved = await chat.messages.nth(20).boundingBox()
  await chat.button('Show earlier messages').click()

  expect(await chat.messages.nth(22).innerText()).toContain(text.split('\n')[1])
  expect(Math.abs((moved?.y ?? 0) - (place?.y ?? 0))).toBeLessThan(60)
  await expect(chat.messages).toHaveCount(42)
  await expect(chat.button('Show earlier messages')).toHaveCount(0)
})

test('a new conversation starts empty, with the same visitor, and is the one that comes back', async ({
  chat,
  page,
}) => {
  await chat.isGreeted()
  const user = await chat.user()
  const before = await chat.memory()
  await chat.say('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits')

  await page.getByRole('button', { name: 'New conversation' }).click()
  await expect(chat.log).not.toContainText('Biscuits')
  await chat.isGreeted()
  await page.reload()
  await chat.isGreeted()

  await expect(chat.messages).toHaveCount(2)
  expect(await chat.user()).toEqual(user)
  expect((await chat.memory()).conversationId).not.toBe(before.conversationId)
})

async function lengthsWhileGrowing(draft: Locator): Promise<number[]> {
  const lengths: number[] = []
  await draft.waitFor()
  while ((await draft.count()) > 0 && lengths.length < 1_000) {
    // The bubble alone: the line under it turns from "Writing…" into a shorter time.
    const [text] = await draft.locator('.is-writing').allInnerTexts()
    if (text) lengths.push(text.length)
  }
  return lengths
}
