import type { Route } from '@playwright/test'
import { countMessages } from './count-messages.ts'
import { expect, test } from './demo-test.ts'

test('older messages come as one scrolls up, to the very first, and what is read stays in its place', async ({
  chat,
  page,
}) => {
  // It reads every message on the way, step by step.
  test.slow()
  await chat.waitForGreeting()
  const me = await chat.connectAsUser()
  const { conversation } = await me.createConversation()
  // Of a bot that answers each of them, the answers come in between.
  for (let number = 1; number <= 100; number++)
    await me.createMessage({
      conversationId: conversation.id,
      payload: { type: 'text', text: `show text, number ${number}.` },
    })
  const isAnswered = { timeout: 200_000 }
  await expect.poll(() => countMessages(me, conversation.id), isAnswered).toBe(202)
  await page.goto(`${chat.origin}/#/c/${conversation.id}`)
  await expect(chat.messages.last()).toBeInViewport()
  await expect(chat.messages.last()).toContainText('This is plain text.')

  const seen = new Set<number>()
  let largestMove = 0
  await page.mouse.move(700, 400)
  for (let isThere = false; !isThere;) {
    const from = await chat.log.evaluate((log) => log.scrollTop)
    isThere = from === 0
    for (const text of await chat.messages.allInnerTexts()) seen.add(Number(/number (\d+)/.exec(text)?.[1]))
    await page.mouse.wheel(0, -400)
    const move = await chat.log.evaluate(measureMoveWhileLoading, from)
    largestMove = Math.max(largestMove, move)
  }
  seen.delete(Number.NaN)
  await expect(page.getByText('This is where it began.')).toBeInViewport()

  expect([...seen].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
  expect(largestMove).toBeLessThanOrEqual(4)
})

test('who reads further up is not pulled away: a button counts what is new, and leads to it', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await chat.button('Show everything').click()
  await expect(chat.messages).toHaveCount(15)
  // A picture that comes later would move what is below it.
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
  const newest = page.getByRole('button', { name: /^Newest/ })
  await expect(newest).toHaveText('Newest')

  await chat.sendFromOtherDevice({ type: 'text', text: 'thanks' })
  await expect(newest).toHaveText('Newest1 new')
  expect(await top()).toBe(0)
  await newest.click()

  await expect(chat.messages.last()).toBeInViewport()
  await expect(newest).toHaveCount(0)
})

test('fifty thousand messages are scrolled through, and only those in view are on the page', async ({
  chat,
  page,
}) => {
  // Twenty pages of thousands pass through the test.
  test.slow()
  await chat.waitForGreeting()
  await page.route('**/messages?**', (route) => respondWithManyMessages(route))
  await page.reload()
  await chat.waitForGreeting()

  const most = await chat.log.evaluate(countMaxRendered)
  expect(most).toBeLessThan(250)
  // What has just come above moves what is in view.
  const toTop = (log: Element): void => log.scrollTo({ top: log.scrollTop === 0 ? 1 : 0 })
  await expect
    .poll(() =>
      chat.log.evaluate(toTop).then(() => chat.messages.filter({ hasText: 'message 49999 ' }).count()),
    )
    .toBe(1)
  await page.getByRole('button', { name: /^Newest/ }).click()

  await expect(chat.messages.last()).toBeInViewport()
  await chat.send('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits')
  await expect(chat.messages.last()).toBeInViewport()
})

test('while a message is written, no other one is touched', async ({ chat, demo }) => {
  await chat.waitForGreeting()
  await demo.allowWords(2)
  await chat.send('Tell me a story')
  await expect(chat.streamingMessage).toContainText('Once there')
  await expect(chat.ownMessages('Tell me a story').getByLabel('Sent')).toBeVisible()

  const touched = await chat.log.evaluateHandle(observeMutationsWhileStreaming)
  await demo.allowWords(Infinity)
  await expect(chat.messages.last()).toContainText('which is more than most')

  expect(await touched.evaluate(({ untilWritten }) => untilWritten)).toEqual(['the one that is written'])
})

/** How far the message in the middle moves by itself until nothing is loaded any more, in pixels, once it was pulled from there. */
async function measureMoveWhileLoading(log: Element, from: number): Promise<number> {
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  // The wheel may come late. What is at the top already cannot be pulled up.
  while (from !== 0 && log.scrollTop === from) await frame()
  // The wheel itself moves what is read: only when it has come to rest does anything else.
  let top = -1
  for (let calm = 0; calm < 3; calm = log.scrollTop === top ? calm + 1 : 0) {
    top = log.scrollTop
    await frame()
  }
  const middle = log.getBoundingClientRect().top + log.clientHeight / 2
  const read = [...log.querySelectorAll('article')].find(
    (each) => each.getBoundingClientRect().bottom > middle,
  )
  if (!read) return 0
  const place = read.getBoundingClientRect().top
  let most = 0
  for (let calm = 0; calm < 6; calm++) {
    if (log.textContent.includes('Loading earlier')) calm = 0
    await frame()
    if (read.isConnected) most = Math.max(most, Math.abs(read.getBoundingClientRect().top - place))
  }
  return most
}

/** Scrolls up and up; returns how many messages were on the page at most. */
async function countMaxRendered(log: Element): Promise<number> {
  let most = 0
  while (!log.textContent.includes('This is where it began.')) {
    // Not to the same place each time: the list passes over what is where it was before older messages moved it.
    log.scrollTop = log.scrollTop === 0 ? 1 : 0
    most = Math.max(most, log.querySelectorAll('article').length)
    await new Promise((done) => requestAnimationFrame(done))
  }
  return most
}

/** What is touched on the page from now on until the message that is being written is complete. */
function observeMutationsWhileStreaming(log: Element): { untilWritten: Promise<string[]> } {
  const written = log.querySelector('article[aria-busy="true"]')
  const touched = new Set<string>()
  const { promise: untilWritten, resolve } = Promise.withResolvers<string[]>()
  const observer = new MutationObserver((mutations) => {
    if (written?.getAttribute('aria-busy') !== 'true') {
      observer.disconnect()
      return resolve([...touched])
    }
    for (const { target } of mutations) {
      const article = (target instanceof Element ? target : target.parentElement)?.closest('article')
      if (article) touched.add(article === written ? 'the one that is written' : article.textContent)
    }
  })
  observer.observe(log, { subtree: true, childList: true, characterData: true, attributes: true })
  return { untilWritten }
}

const pageCount = 20
const pageSize = 2_500
const newestAt = Date.parse('2026-01-20T12:00:00Z')

/** The server's newest page as it is, and below it many that no server would have the time to make. */
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
    userId: index % 3 === 0 ? 'somebody' : 'somebody-else',
    createdAt: new Date(newestAt - (first + index) * 60_000).toISOString(),
    payload: { type: 'text', text: `message ${first + index} ${'word '.repeat(index % 40)}` },
  }))
  const next = Number(token) + 1
  return route.fulfill({ json: { messages, meta: next < pageCount ? { nextToken: String(next) } : {} } })
}
