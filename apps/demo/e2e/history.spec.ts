import type { Route } from '@playwright/test'
import { countMessages } from './count-messages.ts'
import { expect, test } from './demo-test.ts'

test('scrolling up loads the whole history, and visible messages keep their position', async ({
  chat,
  page,
}) => {
  // Scrolls through the whole history in small steps.
  test.slow()
  await chat.waitForGreeting()
  const me = await chat.connectAsUser()
  const { conversation } = await me.createConversation()
  // The bot answers each of them, so the answers are interleaved.
  for (let number = 1; number <= 100; number++)
    await me.createMessage({
      conversationId: conversation.id,
      payload: { type: 'text', text: `show text, number ${number}.` },
    })
  const options = { timeout: 200_000 }
  await expect.poll(() => countMessages(me, conversation.id), options).toBe(202)
  await page.goto(`${chat.origin}/#/c/${conversation.id}`)
  await expect(chat.messages.last()).toBeInViewport()
  await expect(chat.messages.last()).toContainText('This is plain text.')

  const seen = new Set<number>()
  let largestMove = 0
  await page.mouse.move(700, 400)
  for (let isAtTop = false; !isAtTop;) {
    const from = await chat.log.evaluate((log) => log.scrollTop)
    isAtTop = from === 0
    for (const text of await chat.messages.allInnerTexts()) seen.add(Number(/number (\d+)/.exec(text)?.[1]))
    await page.mouse.wheel(0, -400)
    const move = await chat.log.evaluate(measureMoveWhileLoading, from)
    largestMove = Math.max(largestMove, move)
  }
  seen.delete(Number.NaN)
  await expect(page.getByText('Start of conversation')).toBeInViewport()

  expect([...seen].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
  expect(largestMove).toBeLessThanOrEqual(4)
})

test('new messages do not move a user who reads older ones; a button counts them and scrolls to them', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await chat.button('Show everything').click()
  await expect(chat.messages).toHaveCount(15)
  // A picture that loads later would move the messages below it.
  const countMissing = (pictures: HTMLImageElement[]): number =>
    pictures.filter(({ complete }) => !complete).length
  await expect.poll(() => chat.log.locator('img').evaluateAll(countMissing)).toBe(0)
  const top = () => chat.log.evaluate((log) => log.scrollTop)
  await chat.log.hover()
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, -100_000)
      return top()
    })
    .toBe(0)
  const newest = page.getByRole('button', { name: /^Jump to latest/ })
  await expect(newest).toHaveText('Jump to latest')

  await chat.sendFromOtherDevice({ type: 'text', text: 'thanks' })
  await expect(newest).toHaveText('Jump to latest1 new')
  expect(await top()).toBe(0)
  await newest.click()

  await expect(chat.messages.last()).toBeInViewport()
  await expect(newest).toHaveCount(0)
})

test('a history of 50,000 messages scrolls, and only visible messages are rendered', async ({
  chat,
  page,
}) => {
  // The test serves 20 pages with 2,500 messages each.
  test.slow()
  await chat.waitForGreeting()
  await page.route('**/messages?**', (route) => respondWithManyMessages(route))
  await page.reload()
  await chat.waitForGreeting()

  const maxRendered = await chat.log.evaluate(countMaxRendered)
  expect(maxRendered).toBeLessThan(250)
  // Newly loaded messages above move the visible ones.
  const toTop = (log: Element): void => log.scrollTo({ top: log.scrollTop === 0 ? 1 : 0 })
  await expect
    .poll(() =>
      chat.log.evaluate(toTop).then(() => chat.messages.filter({ hasText: 'message 49999 ' }).count()),
    )
    .toBe(1)
  await page.getByRole('button', { name: /^Jump to latest/ }).click()

  await expect(chat.messages.last()).toBeInViewport()
  await chat.send('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits')
  await expect(chat.messages.last()).toBeInViewport()
})

test.describe('when older messages cannot be loaded', () => {
  test.use({ expectedErrors: /403/ })

  test('only the history reports it and offers a retry; the conversation goes on', async ({ chat, page }) => {
    await chat.waitForGreeting()
    let isRejected = true
    await page.route('**/messages?**', (route) =>
      isRejected && route.request().url().includes('nextToken')
        ? route.fulfill({ status: 403, json: forbidden })
        : respondWithManyMessages(route),
    )
    await page.reload()
    const retry = chat.log.getByRole('button', { name: 'Unable to load earlier messages. Retry' })
    await expect(retry).toBeVisible()
    await chat.send('thanks')
    await expect(chat.messages.last()).toContainText('Biscuits')
    await expect(chat.banner).toHaveCount(0)

    isRejected = false
    await retry.click()

    await expect(chat.messages.filter({ hasText: 'message 0 ' })).toHaveCount(1)
    await expect(retry).toHaveCount(0)
  })
})

test('a streaming message causes no DOM changes in other messages', async ({ chat, demo }) => {
  await chat.waitForGreeting()
  await demo.allowWords(2)
  await chat.send('Tell me a story')
  await expect(chat.streamingMessage).toContainText('Once there')
  await expect(chat.ownMessages('Tell me a story').getByLabel('Sent')).toBeVisible()

  const observation = await chat.log.evaluateHandle(observeMutationsWhileStreaming)
  await demo.allowWords(Infinity)
  await expect(chat.messages.last()).toContainText('which is more than most')

  expect(await observation.evaluate(({ changed }) => changed)).toEqual(['the streaming message'])
})

/** The largest move of the middle message, in pixels, from the end of a scroll until loading has finished. */
async function measureMoveWhileLoading(log: Element, from: number): Promise<number> {
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  // The wheel event may arrive late. At the top, it has no effect.
  while (from !== 0 && log.scrollTop === from) await frame()
  // The wheel event itself moves the message, so wait until scrolling has ended.
  let top = -1
  for (let stableFrames = 0; stableFrames < 3; stableFrames = log.scrollTop === top ? stableFrames + 1 : 0) {
    top = log.scrollTop
    await frame()
  }
  const middle = log.getBoundingClientRect().top + log.clientHeight / 2
  const message = [...log.querySelectorAll('article')].find(
    (article) => article.getBoundingClientRect().bottom > middle,
  )
  if (!message) return 0
  const startTop = message.getBoundingClientRect().top
  let largestMove = 0
  for (let stableFrames = 0; stableFrames < 6; stableFrames++) {
    if (log.textContent.includes('Loading earlier')) stableFrames = 0
    await frame()
    if (message.isConnected)
      largestMove = Math.max(largestMove, Math.abs(message.getBoundingClientRect().top - startTop))
  }
  return largestMove
}

/** Scrolls to the start of the history. Returns the largest number of rendered messages. */
async function countMaxRendered(log: Element): Promise<number> {
  let maxRendered = 0
  while (!log.textContent.includes('Start of conversation')) {
    // Alternates between two positions, because the list ignores a scroll to its current position.
    log.scrollTop = log.scrollTop === 0 ? 1 : 0
    maxRendered = Math.max(maxRendered, log.querySelectorAll('article').length)
    await new Promise((done) => requestAnimationFrame(done))
  }
  return maxRendered
}

/** Records which messages change in the DOM until the streaming message is complete. */
function observeMutationsWhileStreaming(log: Element): { changed: Promise<string[]> } {
  const streaming = log.querySelector('article[aria-busy="true"]')
  const changedMessages = new Set<string>()
  const { promise: changed, resolve } = Promise.withResolvers<string[]>()
  const observer = new MutationObserver((mutations) => {
    if (streaming?.getAttribute('aria-busy') !== 'true') {
      observer.disconnect()
      return resolve([...changedMessages])
    }
    for (const { target } of mutations) {
      const article = (target instanceof Element ? target : target.parentElement)?.closest('article')
      if (article) changedMessages.add(article === streaming ? 'the streaming message' : article.textContent)
    }
  })
  observer.observe(log, { subtree: true, childList: true, characterData: true, attributes: true })
  return { changed }
}

const forbidden = { id: 'e1', code: 403, type: 'Forbidden', message: 'No access to older messages.' }
const pageCount = 20
const pageSize = 2_500
const newestAt = Date.parse('2026-01-20T12:00:00Z')

/** Serves the server's newest page unchanged, followed by generated older pages. */
async function respondWithManyMessages(route: Route): Promise<void> {
  const url = new URL(route.request().url())
  const token = url.searchParams.get('nextToken')
  if (token === null) {
    const response = await route.fetch()
    const page = (await response.json()) as object
    return route.fulfill({ json: { ...page, meta: { nextToken: '0' } } })
  }
  const first = Number(token) * pageSize
  const messages = Array.from({ length: pageSize }, (_, index) => ({
    id: `message-${first + index}`,
    conversationId: decodeURIComponent(url.pathname.split('/').at(-2) ?? ''),
    userId: index % 3 === 0 ? 'user-a' : 'user-b',
    createdAt: new Date(newestAt - (first + index) * 60_000).toISOString(),
    payload: { type: 'text', text: `message ${first + index} ${'word '.repeat(index % 40)}` },
  }))
  const next = Number(token) + 1
  return route.fulfill({ json: { messages, meta: next < pageCount ? { nextToken: String(next) } : {} } })
}
