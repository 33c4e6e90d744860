import { ChatPage } from './chat-page.ts'
import { expect, test } from './demo-test.ts'
import { findViolations } from './find-violations.ts'

// Browsers log every failed request. Parts that a page loads while it is idle can be among them.
test.use({ expectedErrors: /Failed to load resource|ERR_|dynamically imported module/ })

test.describe('when the server goes and comes back', () => {
  test.use({ isServerRestarted: true })

  test('a killed server is told of; when it is back the page is as well, and nothing is lost', async ({
    chat,
    demo,
    launchDemo,
  }) => {
    await chat.waitForGreeting()

    await demo.stop('SIGKILL')
    await expect(chat.banner).toContainText('The connection is lost')
    await chat.send('Sent into the storm')
    await expect(chat.ownMessages('Sent into the storm')).toContainText('Waiting for the connection')
    await expect(chat.banner).toContainText(/Next try in \d+ s|Trying/)
    await chat.page.getByRole('button', { name: 'Try now' }).click()
    await expect(chat.banner).toContainText('The connection is lost')

    const again = await launchDemo({ data: demo.data, port: demo.port })
    for (let number = 1; number <= 30; number++)
      await chat.sendFromOtherDevice({ type: 'text', text: `show text, number ${number}` })
    // By now the page may have come to wait long for its next attempt.
    await chat.page.evaluate(() => dispatchEvent(new Event('online')))
    await expect(chat.banner).toHaveCount(0)
    await expect(chat.messages.filter({ hasText: 'This is plain text.' })).toHaveCount(30)
    await expect(chat.messages.filter({ hasText: /number \d+/ })).toHaveCount(30)
    await expect(chat.ownMessages('Sent into the storm')).toHaveCount(1)
    await expect(chat.ownMessages('Sent into the storm')).not.toContainText('Waiting')
    await expect(chat.messages.filter({ hasText: 'only a parrot' })).toHaveCount(1)
    await expect(chat.streamingMessage).toHaveCount(0)

    const shown = await chat.messages.allInnerTexts()
    await again.stop('SIGTERM')
    expect(numbersIn(shown)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
    expect(
      shown.filter((text) => text.startsWith('You:') && text.includes('Sent into the storm')),
    ).toHaveLength(1)
    expect(shown.filter((text) => text.includes('Ahoy!'))).toHaveLength(1)
  })

  test('an interruption that is soon over is not worth a banner', async ({
    chat,
    demo,
    launchDemo,
    page,
  }) => {
    await page.clock.install()
    await page.reload()
    await chat.waitForGreeting()
    await page.evaluate(() => {
      const status = document.querySelector('[role=status]')
      const seen: string[] = []
      Object.assign(globalThis, { seen })
      if (status)
        new MutationObserver(() => seen.push(status.textContent)).observe(status, { childList: true })
    })
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1_000))
    // The page's time goes on by one frame with each look: to the page it is soon over, however long it takes.
    const hello = async (): Promise<string> => {
      await page.clock.runFor(16)
      return (await chat.ownMessages('hello').allInnerTexts()).join()
    }

    await demo.stop('SIGKILL')
    await chat.send('hello')
    await expect.poll(hello).toContain('Waiting for the connection')
    await launchDemo({ data: demo.data, port: demo.port })
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await expect.poll(hello).not.toContain('Waiting')
    await page.clock.resume()

    await expect(chat.messages.last()).toContainText('Hello to you too!')
    expect(await page.evaluate('seen')).toEqual([])
  })
})

test('a page that opens while the server is away says so, and connects when asked again', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await page.route('**/demo/**', (route) => route.fulfill(unavailable))
  await page.reload()
  await expect(chat.banner).toContainText('cannot be reached')

  await page.unroute('**/demo/**')
  await page.getByRole('button', { name: 'Try now' }).click()

  await chat.waitForGreeting()
  await expect(chat.messages).toHaveCount(2)
})

test('what cannot be sent waits in its order, over a reload as well, and goes out when it can', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await page.route('**/demo/**', (route) => route.fulfill(unavailable))
  await chat.send('first')
  await chat.send('second')
  await expect(chat.ownMessages('first')).toContainText('Discard')
  await expect(chat.ownMessages('second')).toContainText('Sending…')
  await chat.messageField.fill('half a sen')
  await page.reload()
  await expect(chat.banner).toContainText('cannot be reached')
  await expect(chat.ownMessages('first')).toBeVisible()
  await expect(chat.ownMessages('second')).toBeVisible()
  await expect(chat.messageField).toHaveValue('half a sen')
  // Pending messages have enough contrast, too.
  expect(await findViolations(page)).toEqual([])
  await chat.send('third')
  await expect(chat.ownMessages('third')).toBeVisible()

  await page.unroute('**/demo/**')
  await page.getByRole('button', { name: 'Try now' }).click()

  await expect(chat.ownMessages('third').getByLabel('Sent')).toBeVisible()
  await expect(chat.ownMessages('first')).toHaveCount(1)
  const own = await chat.messages.filter({ hasText: /^You:/ }).allInnerTexts()
  expect(own.map((text) => /first|second|third/.exec(text)?.[0])).toEqual(['first', 'second', 'third'])
})

test.describe('a device that goes offline', () => {
  test('a device that is offline keeps messages, and sends them once it is online', async ({
    chat,
    context,
  }) => {
    await chat.waitForGreeting()
    await context.setOffline(true)
    await chat.send('never mind')
    await chat.send('hello')
    await chat.ownMessages('never mind').getByRole('button', { name: 'Discard' }).click()

    await context.setOffline(false)

    await expect(chat.messages.last()).toContainText('Hello to you too!')
    await expect(chat.log).not.toContainText('never mind')
  })
})

test.describe('a page that could not load its toasts and menus', () => {
  test('shows toasts all the same, and says that a menu could not be loaded', async ({ chat, page }) => {
    await page.route(/assets\/(toast-region|menu-popup)/, (route) => route.abort())
    await page.reload()
    await chat.waitForGreeting()

    await page.getByRole('button', { name: 'Appearance' }).click()

    const notifications = page.getByRole('status', { name: 'Notifications' })
    await expect(notifications).toContainText('This part of the page could not be loaded.')
    expect(await findViolations(page)).toEqual([])

    await page.unrouteAll()
    await notifications.getByRole('button', { name: 'Reload' }).click()
    await page.getByRole('button', { name: 'Appearance' }).click()
    await expect(page.getByRole('menu')).toBeVisible()
  })
})

test('a message that the server cannot take now goes out by itself, once', async ({ chat, page }) => {
  await chat.waitForGreeting()
  let refused = 0
  await page.route('**/demo/messages', (route) => {
    refused++
    return refused <= 2 ? route.abort() : route.fallback()
  })

  await chat.send('hello')

  await expect(chat.messages.last()).toContainText('Hello to you too!')
  await expect(chat.ownMessages('hello')).toHaveCount(1)
  expect(refused).toBeGreaterThan(2)
})

test('a message that the server repeatedly fails to store is kept, and sent once on retry', async ({
  demo,
  page,
}) => {
  await page.clock.install()
  await page.goto(demo.origin)
  const chat = new ChatPage(page, demo.origin)
  await chat.waitForGreeting()
  const failure = { id: 'err_1', code: 500, type: 'Internal', message: 'Unable to store; a fault.' }
  await page.route('**/demo/messages', (route) => route.fulfill({ status: 500, json: failure }))
  await chat.send('hello')
  const again = chat.button('Try again')
  await expect
    .poll(async () => {
      await page.clock.fastForward(30_000)
      return again.count()
    })
    .toBe(1)
  await expect(chat.ownMessages('hello')).toContainText('The server has a problem at the moment.')

  await page.unroute('**/demo/messages')
  await again.click()
  await expect(chat.ownMessages('hello')).toBeFocused()

  await expect(chat.messages.last()).toContainText('Hello to you too!')
  await expect(chat.ownMessages('hello')).toHaveCount(1)
})

test('a message whose answer was lost settles by itself, and is stored once', async ({ chat, page }) => {
  await chat.waitForGreeting()
  await page.route('**/demo/messages', async (route) => {
    await route.fetch()
    await route.abort()
  })

  await chat.send('hello')

  await expect(chat.messages.last()).toContainText('Hello to you too!')
  await expect(chat.ownMessages('hello')).toHaveCount(1)
  await expect(chat.log).not.toContainText('Not sent.')
})

test('a failed message can be given up', async ({ chat, page }) => {
  await chat.waitForGreeting()
  await page.route('**/demo/messages', (route) => route.fulfill({ status: 413, json: tooLarge }))
  await chat.send('hello')

  await chat.button('Discard').click()

  await expect(chat.messages).toHaveCount(2)
})

test('a visitor whom the server has forgotten becomes a new one', async ({ chat, page }) => {
  await chat.waitForGreeting()
  const before = await chat.fetchUser()
  await page.evaluate(
    (url) => localStorage.setItem(`parley:${url}`, 'of another time'),
    `${chat.origin}/demo`,
  )

  await page.reload()

  await chat.waitForGreeting()
  expect((await chat.fetchUser()).id).not.toBe(before.id)
})

/** Asks for a wait longer than any test: the page does nothing by itself until it is told to. */
const unavailable = {
  status: 503,
  headers: { 'retry-after': '300' },
  json: { id: 'err_1', code: 503, type: 'Unavailable', message: 'It is too much just now.' },
}
const tooLarge = { id: 'err_1', code: 413, type: 'PayloadTooLarge', message: 'It weighs too much.' }

function numbersIn(texts: string[]): number[] {
  return texts.flatMap((text) => /number (\d+)/.exec(text)?.[1] ?? []).map(Number)
}
