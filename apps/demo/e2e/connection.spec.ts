import { ChatPage } from './chat-page.ts'
import { expect, test } from './demo-test.ts'
import { findViolations } from './find-violations.ts'

// Browsers log every failed request, including parts that the page preloads while idle.
test.use({ expectedErrors: /Failed to load resource|ERR_|dynamically imported module/ })

test.describe('when the server stops and restarts', () => {
  test.use({ isServerRestarted: true })

  test('the page reports a killed server, reconnects after its restart, and loses nothing', async ({
    chat,
    demo,
    launchDemo,
  }) => {
    await chat.waitForGreeting()

    await demo.stop('SIGKILL')
    await expect(chat.banner).toContainText('Connection lost')
    await chat.send('Sent into the storm')
    await expect(chat.ownMessages('Sent into the storm')).toContainText('Waiting for connection')
    await expect(chat.banner).toContainText(/Retrying in \d+ s|Retrying/)
    await chat.page.getByRole('button', { name: 'Retry now' }).click()
    await expect(chat.banner).toContainText('Connection lost')

    const again = await launchDemo({ data: demo.data, port: demo.port })
    for (let number = 1; number <= 30; number++)
      await chat.sendFromOtherDevice({ type: 'text', text: `show text, number ${number}` })
    // By now, the backoff of the page may be long.
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

  test('a short interruption shows no banner', async ({ chat, demo, launchDemo, page }) => {
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
    // Advances the fake clock by one frame per poll, so that the interruption is short on the page's clock.
    const hello = async (): Promise<string> => {
      await page.clock.runFor(16)
      return (await chat.ownMessages('hello').allInnerTexts()).join()
    }

    await demo.stop('SIGKILL')
    await chat.send('hello')
    await expect.poll(hello).toContain('Waiting for connection')
    await launchDemo({ data: demo.data, port: demo.port })
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await expect.poll(hello).not.toContain('Waiting')
    await page.clock.resume()

    await expect(chat.messages.last()).toContainText('Hello to you too!')
    expect(await page.evaluate('seen')).toEqual([])
  })
})

test('a page that opens while the server is unavailable says so, and connects on retry', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await page.route('**/demo/**', (route) => route.fulfill(unavailable))
  await page.reload()
  await expect(chat.banner).toContainText('Unable to connect')

  await page.unroute('**/demo/**')
  await page.getByRole('button', { name: 'Retry now' }).click()

  await chat.waitForGreeting()
  await expect(chat.messages).toHaveCount(2)
})

test('pending messages keep their order across a reload, and are sent when the server is available', async ({
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
  await expect(chat.banner).toContainText('Unable to connect')
  await expect(chat.ownMessages('first')).toBeVisible()
  await expect(chat.ownMessages('second')).toBeVisible()
  await expect(chat.messageField).toHaveValue('half a sen')
  // The contrast of pending messages is sufficient.
  expect(await findViolations(page)).toEqual([])
  await chat.send('third')
  await expect(chat.ownMessages('third')).toBeVisible()

  await page.unroute('**/demo/**')
  await page.getByRole('button', { name: 'Retry now' }).click()

  await expect(chat.ownMessages('third').getByLabel('Sent')).toBeVisible()
  await expect(chat.ownMessages('first')).toHaveCount(1)
  const own = await chat.messages.filter({ hasText: /^You:/ }).allInnerTexts()
  expect(own.map((text) => /first|second|third/.exec(text)?.[0])).toEqual(['first', 'second', 'third'])
})

test.describe('on an offline device', () => {
  test('the list reports it while no conversation is open', async ({ chat, context, page }) => {
    await page.setViewportSize({ width: 390, height: 780 })
    await chat.waitForGreeting()
    await page.getByRole('link', { name: 'Back to conversations' }).click()

    await context.setOffline(true)
    await expect(chat.banner).toContainText('You are offline.')
    await expect(chat.banner).toContainText('The list is updated when the connection is restored.')
    await context.setOffline(false)

    await expect(chat.banner).toHaveCount(0)
  })

  test('messages stay pending, and are sent when the device is online', async ({ chat, context }) => {
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

test.describe('when the code of toasts and menus fails to load', () => {
  test('the page shows toasts without it, and reports the failed menu', async ({ chat, page }) => {
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

test('a message that temporarily fails is retried automatically and stored once', async ({ chat, page }) => {
  await chat.waitForGreeting()
  let attempts = 0
  await page.route('**/demo/messages', (route) => {
    attempts++
    return attempts <= 2 ? route.abort() : route.fallback()
  })

  await chat.send('hello')

  await expect(chat.messages.last()).toContainText('Hello to you too!')
  await expect(chat.ownMessages('hello')).toHaveCount(1)
  expect(attempts).toBeGreaterThan(2)
})

test('a message that the server repeatedly fails to store is kept, and stored once on retry', async ({
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
  const again = chat.button('Retry')
  await expect
    .poll(async () => {
      await page.clock.fastForward(30_000)
      return again.count()
    })
    .toBe(1)
  await expect(chat.ownMessages('hello')).toContainText('The server has a problem. Try again later.')

  await page.unroute('**/demo/messages')
  await again.click()
  await expect(chat.ownMessages('hello')).toBeFocused()

  await expect(chat.messages.last()).toContainText('Hello to you too!')
  await expect(chat.ownMessages('hello')).toHaveCount(1)
})

test('a message whose response was lost is confirmed automatically, and stored once', async ({
  chat,
  page,
}) => {
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

test('a failed message can be discarded', async ({ chat, page }) => {
  await chat.waitForGreeting()
  await page.route('**/demo/messages', (route) => route.fulfill({ status: 413, json: tooLarge }))
  await chat.send('hello')

  await chat.button('Discard').click()

  await expect(chat.messages).toHaveCount(2)
})

test('a guest whose stored key is invalid becomes a new user', async ({ chat, page }) => {
  await chat.waitForGreeting()
  const before = await chat.fetchUser()
  await page.evaluate((url) => localStorage.setItem(`parley:${url}`, 'invalid-key'), `${chat.origin}/demo`)

  await page.reload()

  await chat.waitForGreeting()
  expect((await chat.fetchUser()).id).not.toBe(before.id)
})

/** `retry-after` exceeds the duration of any test, so the page never retries automatically. */
const unavailable = {
  status: 503,
  headers: { 'retry-after': '300' },
  json: {
    id: 'err_1',
    code: 503,
    type: 'Unavailable',
    message: 'Unable to handle the request; the server is overloaded.',
  },
}
const tooLarge = {
  id: 'err_1',
  code: 413,
  type: 'PayloadTooLarge',
  message: 'Unable to create the message; it is too large.',
}

function numbersIn(texts: string[]): number[] {
  return texts.flatMap((text) => /number (\d+)/.exec(text)?.[1] ?? []).map(Number)
}
