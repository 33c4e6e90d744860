import { startDemo } from './demo-process.ts'
import { expect, test } from './demo-test.ts'

// A browser logs every request that fails, and failing requests are what these tests are about.
test.use({ expectedErrors: /Failed to load resource|ERR_/ })

test('a killed server is told of; when it is back the page is as well, and nothing is lost', async ({
  chat,
  demo,
  page,
}) => {
  await chat.isGreeted()
  const banner = page.getByRole('status')
  const reconnect = page.getByRole('button', { name: 'Reconnect' })

  await demo.stop('SIGKILL')
  await expect(banner).toContainText('The connection is gone')
  await chat.say('Sent into the storm')
  await expect(chat.messages.last()).toContainText('Not sent.')
  await reconnect.click()
  await expect(banner).toContainText('cannot be reached')

  const again = await startDemo({ data: demo.data, port: demo.port, wordMs: 5 })
  for (let number = 1; number <= 30; number++)
    await chat.sendFromElsewhere({ type: 'text', text: `show text, number ${number}` })
  await expect(banner).toBeEmpty()
  await expect(chat.messages.filter({ hasText: /number \d+/ })).toHaveCount(30)
  await expect(chat.messages.filter({ hasText: 'This is plain text.' })).toHaveCount(30)
  await chat.button('Try again').click()
  await expect(chat.messages.last()).toContainText('Sent into the storm')
  await expect(chat.messages.last()).toContainText('only a parrot')
  await expect(chat.draft).toHaveCount(0)

  const shown = await chat.messages.allInnerTexts()
  await again.stop('SIGTERM')
  expect(numbersIn(shown)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
  expect(
    shown.filter((text) => text.startsWith('You:') && text.includes('Sent into the storm')),
  ).toHaveLength(1)
  expect(shown.filter((text) => text.includes('Ahoy!'))).toHaveLength(1)
})

test('a page that opens while the server is away says so, and connects when asked again', async ({
  chat,
  page,
}) => {
  await chat.isGreeted()
  await page.route('**/demo/**', (route) => route.abort())
  await page.reload()
  await expect(page.getByRole('status')).toContainText('cannot be reached')

  await page.unroute('**/demo/**')
  await page.getByRole('button', { name: 'Reconnect' }).click()

  await chat.isGreeted()
  await expect(chat.messages).toHaveCount(2)
})

test('a message that could not be sent is kept, tried again, and stored once', async ({ chat, page }) => {
  await chat.isGreeted()
  await page.route('**/demo/messages', (route) => route.abort())
  await chat.say('hello')
  await expect(chat.messages.last()).toContainText('Not sent.')

  await page.unroute('**/demo/messages')
  await chat.button('Try again').click()

  await expect(chat.messages.last()).toContainText('Hello to you too!')
  await expect(chat.messages.filter({ hasText: /^You:\s*hello/ })).toHaveCount(1)
})

test('a message whose answer was lost settles by itself, and is stored once', async ({ chat, page }) => {
  await chat.isGreeted()
  await page.route('**/demo/messages', async (route) => {
    await route.fetch()
    await route.abort()
  })

  await chat.say('hello')

  await expect(chat.messages.last()).toContainText('Hello to you too!')
  await expect(chat.messages.filter({ hasText: /^You:\s*hello/ })).toHaveCount(1)
  await expect(chat.log).not.toContainText('Not sent.')
})

test('a failed message can be given up', async ({ chat, page }) => {
  await chat.isGreeted()
  await page.route('**/demo/messages', (route) => route.abort())
  await chat.say('hello')

  await chat.button('Discard').click()

  await expect(chat.messages).toHaveCount(2)
})

test('a visitor whom the server has forgotten becomes a new one', async ({ chat, page }) => {
  await chat.isGreeted()
  const before = await chat.user()
  await page.evaluate(
    (url) => localStorage.setItem(`parley:${url}`, 'of another time'),
    `${chat.origin}/demo`,
  )

  await page.reload()

  await chat.isGreeted()
  expect((await chat.user()).id).not.toBe(before.id)
})

function numbersIn(texts: string[]): number[] {
  return texts.flatMap((text) => /number (\d+)/.exec(text)?.[1] ?? []).map(Number)
}
