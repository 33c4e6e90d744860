import type { Locator, Page } from '@playwright/test'
import type { ChatPage } from './chat-page.ts'
import { expect, test } from './demo-test.ts'

/** What a person sees of each type. */
const shown: Record<string, (chat: ChatPage) => Promise<void>> = {
  text: async ({ log }) => expect(log).toContainText('and *stars* stay stars.'),
  markdown: async ({ log }) => {
    await expect(log.getByRole('heading', { name: 'Markdown' })).toBeVisible()
    await expect(log.getByRole('cell', { name: 'moderate breeze' })).toBeVisible()
    await expect(log.getByRole('link', { name: 'links' })).toHaveAttribute('href', 'https://commonmark.org/')
  },
  image: async ({ log }) => isPicture(log.getByRole('img', { name: 'Picture' })),
  audio: async ({ log }) => isPlayable(log.locator('audio')),
  video: async ({ log }) => isPlayable(log.locator('video')),
  file: async ({ log, page }) => {
    const download = page.waitForEvent('download')
    await log.getByRole('link', { name: /ship’s log/ }).click()
    expect((await download).suggestedFilename()).toBe('ships-log.txt')
  },
  location: async ({ log }) => {
    await expect(log).toContainText('Cabo Carvoeiro')
    await expect(log.getByRole('link', { name: 'Open the map' })).toHaveAttribute('href', /openstreetmap/)
  },
  card: async (chat) => {
    await expect(chat.log).toContainText('A night in the lighthouse')
    await expect(chat.button('Book the night')).toBeEnabled()
  },
  carousel: async ({ log }) => {
    const last = log.getByText('An afternoon on the island')
    await expect(last).not.toBeInViewport({ ratio: 1 })
    for (let turns = 0; turns < 3; turns++)
      await log.getByRole('button', { name: 'More cards' }).click({ delay: 200 })
    await expect(last).toBeInViewport({ ratio: 1 })
  },
  choice: async (chat) => expect(chat.button('Grog')).toBeEnabled(),
  dropdown: async ({ log }) =>
    expect(log.getByRole('combobox', { name: 'Where shall we sail?' })).toBeEnabled(),
  bloc: async ({ log }) => {
    const bloc = log.getByRole('article').filter({ hasText: 'A bloc holds several things' })
    await isPicture(bloc.getByRole('img', { name: 'Picture' }))
    await expect(bloc.getByRole('link', { name: /ship’s log/ })).toBeVisible()
  },
}

for (const [type, isShown] of Object.entries(shown)) {
  test(`the bot shows ${type}, and the page knows how`, async ({ chat }) => {
    await chat.isGreeted()

    await chat.say(`show ${type}`)

    await expect(chat.messages).toHaveCount(4)
    await isShown(chat)
  })
}

test('“Show everything” brings all twelve, one after the other', async ({ chat }) => {
  await chat.isGreeted()

  await chat.button('Show everything').click()

  await expect(chat.messages).toHaveCount(15)
  await expect(chat.messages.nth(2)).toContainText('Show everything')
})

test('a choice is answered once, by a click that shows the label; after a reload it still knows', async ({
  chat,
  page,
}) => {
  await chat.isGreeted()
  await chat.say('show choice')

  await chat.button('Lemon water').click()
  await expect(chat.messages.last()).toContainText('Lemon water it is!')
  await page.reload()

  await expect(chat.button('Lemon water')).toHaveAttribute('aria-pressed', 'true')
  await expect(chat.button('Grog')).toBeDisabled()
  await expect(chat.messages.filter({ hasText: /^You:\s*Lemon water/ })).toHaveCount(1)
})

test('a dropdown is answered with what was picked', async ({ chat }) => {
  await chat.isGreeted()
  await chat.say('show dropdown')
  const list = chat.log.getByRole('combobox', { name: 'Where shall we sail?' })

  await list.selectOption('Madeira')
  await chat.button('Choose').click()

  await expect(chat.messages.last()).toContainText('Course to Madeira')
  await expect(list).toBeDisabled()
  await expect(chat.messages.filter({ hasText: /^You:\s*Madeira/ })).toHaveCount(1)
})

test('the buttons of a card say something, hand over a value, or open a page safely', async ({ chat }) => {
  await chat.isGreeted()
  await chat.say('show card')

  await chat.button('Ask about the stairs').click()
  await expect(chat.messages.filter({ hasText: /^You:\s*How many stairs are there\?/ })).toHaveCount(1)
  await expect(chat.messages.last()).toContainText('one hundred and ninety-nine down again.')
  await chat.button('Book the night').click()
  await expect(chat.messages.filter({ hasText: /^You:\s*Book the night/ })).toHaveCount(1)
  await expect(chat.messages.last()).toContainText('Booked: lighthouse')

  const link = chat.log.getByRole('link', { name: 'Read about lighthouses' })
  await expect(link).toHaveAttribute('target', '_blank')
  await expect(link).toHaveAttribute('rel', /noopener/)
})

test.describe('hostile messages', () => {
  test.use({ expectedErrors: /Failed to load resource|Content Security Policy/ })

  test('run no script, make no bad link, and break no layout', async ({ chat, page }) => {
    await chat.isGreeted()
    const bad = 'javascript:document.title="taken over"'
    const action = (value: string) => ({ action: 'url', label: 'A bad link', value })

    for (const payload of [
      {
        type: 'markdown',
        markdown: `[A bad link](${bad}) <img src=x onerror='document.title="taken over"'> ![x](${bad})`,
      },
      { type: 'text', text: `<b>${'w'.repeat(100_000)}</b>` },
      {
        type: 'markdown',
        markdown: `# ${'w'.repeat(2_000)}\n\n| ${'cell | '.repeat(60)}\n|${'-|'.repeat(60)}`,
      },
      { type: 'image', imageUrl: bad },
      { type: 'audio', audioUrl: bad },
      { type: 'video', videoUrl: bad },
      { type: 'file', fileUrl: bad, title: 'w'.repeat(300) },
      { type: 'location', latitude: 1e300, longitude: 5, title: 'w'.repeat(300), address: '' },
      {
        type: 'card',
        title: 'w'.repeat(300),
        imageUrl: '/nothing.png',
        actions: [action(bad), action('w'.repeat(300))],
      },
      { type: 'carousel', items: [] },
      { type: 'choice', text: 'No options', options: [] },
      { type: 'dropdown', text: 'Long options', options: [{ label: 'w'.repeat(300), value: 'x' }] },
      { type: 'bloc', items: [] },
    ]) {
      await chat.sendFromElsewhere(payload)
    }
    await expect(chat.messages.filter({ hasText: /^You:/ })).toHaveCount(13)

    expect(await page.locator('a[href^="javascript" i], a:not([href])').count()).toBe(0)
    for (const element of await chat.log.getByText('A bad link').all()) await element.click({ force: true })
    await expect(page).toHaveTitle('Parley')
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      expect(await overflow(page)).toEqual([])
    }
  })
})

async function isPicture(picture: Locator): Promise<void> {
  await expect
    .poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(0)
}

async function isPlayable(media: Locator): Promise<void> {
  await expect.poll(() => media.evaluate((each) => (each as HTMLMediaElement).duration)).toBeGreaterThan(2)
}

/** What reaches out of the window, and cannot be scrolled to within a part of its own. */
async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element): boolean => /auto|scroll/.test(getComputedStyle(element).overflowX)
    const wide = [...document.querySelectorAll('[role=log] article > div > div')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth && !scrolls(element))
      .map((element) => element.textContent.slice(0, 40))
    return document.documentElement.scrollWidth > innerWidth ? [...wide, 'the page'] : wide
  })
}
