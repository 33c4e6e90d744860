import type { Locator } from '@playwright/test'
import { ChatPage } from './chat-page.ts'
import type { PacedDemo } from './demo-process.ts'
import { expect, test } from './demo-test.ts'
import { findViolations } from './find-violations.ts'

test('the text so far of a stopped answer appears once, in all tabs and after a reload', async ({
  chat,
  context,
  demo,
  page,
}) => {
  await chat.waitForGreeting()
  await streamStory(chat, demo)
  const otherPage = await context.newPage()
  await otherPage.goto(page.url())
  const otherTab = new ChatPage(otherPage, chat.origin)
  await expect(bubble(otherTab)).toHaveText('Once there was a ship whose')
  const earlier = await chat.messages.count()

  await chat.stopButton.click()

  for (const tab of [chat, otherTab]) {
    await expectStopped(tab, 'Once there was a ship whose')
    await expect(tab.messages).toHaveCount(earlier)
    await expect(tab.stopButton).toHaveCount(0)
  }
  const announced = page.getByTestId('announcer').locator('p').filter({ hasText: 'Once there' })
  await expect(announced).toHaveText(['Polly: Once there was a ship whose (stopped)'])
  await expect(chat.messages.last()).toHaveAttribute('aria-label', /ship whose \(stopped\)$/)
  await page.reload()
  await expectStopped(chat, 'Once there was a ship whose')
  await demo.allowWords(Infinity)
  await chat.send('thanks')
  for (const tab of [chat, otherTab]) {
    await expect(tab.messages.last()).toContainText('Biscuits are accepted, too.')
    await expect(tab.messages.filter({ hasText: 'Once there was' })).toHaveCount(1)
    await expect(tab.messages.filter({ hasText: 'Stopped' })).toHaveCount(1)
    await expect(tab.messages).toHaveCount(earlier + 2)
    await expect(tab.log).not.toContainText('crew')
  }
})

test('a repeated stop has no effect on the answers that follow', async ({ chat, context, demo, page }) => {
  await chat.waitForGreeting()
  const released = Promise.withResolvers<void>()
  let requestCount = 0
  await page.route('**/stop', async (route) => {
    requestCount++
    await released.promise
    await route.continue()
  })
  await streamStory(chat, demo)
  const otherPage = await context.newPage()
  await otherPage.goto(page.url())
  const otherTab = new ChatPage(otherPage, chat.origin)
  await expect(otherTab.streamingMessage).toHaveCount(1)

  await chat.stopButton.dblclick()
  await expect(chat.stopButton).toBeDisabled()
  await chat.stopButton.dispatchEvent('click')
  await otherTab.stopButton.click()
  await expectStopped(otherTab, 'Once there was a ship whose')
  released.resolve()

  await expectStopped(chat, 'Once there was a ship whose')
  expect(requestCount).toBe(1)
  await demo.allowWords(Infinity)
  await chat.send('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits are accepted, too.')
  await expect(chat.messages.filter({ hasText: 'Stopped' })).toHaveCount(1)
})

test('a stop at the moment of the last word leaves one message', async ({ chat, demo, page }) => {
  await chat.waitForGreeting()
  for (let round = 1; round <= 6; round++) {
    await demo.allowWords(6)
    await chat.send('thanks')
    await expect(bubble(chat)).toHaveText('You are welcome! Biscuits are accepted,')
    const button = page.locator('form:has(textarea) button')
    const finish = (): Promise<void> => demo.allowWords(Infinity)
    // The button may already be "Send" again; then the click does nothing.
    const stop = (): Promise<void> => button.dispatchEvent('click')
    await Promise.all(round % 2 === 0 ? [stop(), finish()] : [finish(), stop()])

    await expect(chat.streamingMessage).toHaveCount(0)
    await expect(chat.messages.filter({ hasText: 'You are welcome!' })).toHaveCount(round)
  }
  const shown = await chat.messages.allInnerTexts()
  await page.reload()

  await expect.poll(() => chat.messages.allInnerTexts()).toEqual(shown)
})

test('stopping an answer that the bot would have aborted keeps its text', async ({ chat, demo }) => {
  await chat.waitForGreeting()
  await demo.allowWords(5)
  await chat.send('Please change your mind')
  await expect(bubble(chat)).toHaveText('The treasure is buried under')

  await chat.stopButton.click()

  await expectStopped(chat, 'The treasure is buried under')
  await demo.allowWords(Infinity)
  await chat.send('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits are accepted, too.')
  await expect(chat.log).not.toContainText('I have said nothing.')
})

test('while the field has text, the button and Enter send, and a double click does not stop', async ({
  chat,
  demo,
}) => {
  await chat.waitForGreeting()
  await streamStory(chat, demo)

  await chat.messageField.fill('first')
  await expect(chat.stopButton).toHaveCount(0)
  await chat.messageField.press('Enter')
  await expect(chat.ownMessages('first')).toHaveCount(1)
  await expect(chat.messageField).toHaveValue('')
  await expect(chat.stopButton).toBeEnabled()
  await chat.messageField.fill('second')
  await chat.sendButton.dblclick()
  await expect(chat.ownMessages('second')).toHaveCount(1)
  await expect(chat.messageField).toBeFocused()
  await expect(chat.stopButton).toBeEnabled()
  await chat.messageField.fill('  ')
  await expect(chat.stopButton).toBeEnabled()
  await demo.allowWords(Infinity)

  await expect(chat.messages.filter({ hasText: 'most messages could say in those days.' })).toHaveCount(1)
  await expect(chat.messages.last()).toContainText('You said: “second”')
  await expect(chat.log).not.toContainText('Stopped')
})

test.describe('when the page is offline', () => {
  // Browsers log every failed request.
  test.use({ expectedErrors: /Failed to load resource|ERR_|dynamically imported module/ })

  test('a toast says that the answer cannot be stopped, and it continues', async ({
    chat,
    context,
    demo,
    page,
  }) => {
    await chat.waitForGreeting()
    await streamStory(chat, demo)
    await context.setOffline(true)

    await chat.stopButton.click()

    await expect(page.getByText(/^Unable to stop; the server cannot be reached\./).first()).toBeVisible()
    await expect(chat.stopButton).toBeEnabled()
    await context.setOffline(false)
    await demo.allowWords(Infinity)
    await expect(chat.messages.last()).toContainText('most messages could say in those days.')
    await expect(chat.messages.filter({ hasText: 'Once there was' })).toHaveCount(1)
    await expect(chat.log).not.toContainText('Stopped')
  })
})

test('without the capability, the button sends only', async ({ chat, demo, page }) => {
  await page.route('**/demo/hello', async (route) => {
    const response = await route.fetch()
    const hello = (await response.json()) as { capabilities: string[] }
    const capabilities = hello.capabilities.filter((capability) => capability !== 'stop')
    await route.fulfill({ response, json: { ...hello, capabilities } })
  })
  await page.reload()
  await chat.waitForGreeting()

  await streamStory(chat, demo)

  await expect(chat.sendButton).toBeDisabled()
  await expect(chat.stopButton).toHaveCount(0)
  await demo.allowWords(Infinity)
  await expect(chat.messages.last()).toContainText('most messages could say in those days.')
})

test.describe('with only the keyboard', () => {
  test('a user stops an answer and writes the next message', async ({ chat, demo, page }) => {
    await chat.waitForGreeting()
    await demo.allowWords(3)
    await page.keyboard.type('Tell me a story')
    await page.keyboard.press('Enter')
    await expect(bubble(chat)).toHaveText('Once there was')

    await page.keyboard.press('Tab')
    await expect(chat.stopButton).toBeFocused()
    await page.keyboard.press('Enter')

    await expectStopped(chat, 'Once there was')
    await expect(chat.messageField).toBeFocused()
    await demo.allowWords(Infinity)
    await page.keyboard.type('thanks')
    await page.keyboard.press('Enter')
    await expect(chat.messages.last()).toContainText('Biscuits are accepted, too.')
  })

  test('the focus moves from the button to the field when the answer ends', async ({ chat, demo, page }) => {
    await chat.waitForGreeting()
    await streamStory(chat, demo)
    await page.keyboard.press('Tab')
    await expect(chat.stopButton).toBeFocused()

    await demo.allowWords(Infinity)

    await expect(chat.messages.last()).toContainText('most messages could say in those days.')
    await expect(chat.messageField).toBeFocused()
    await expect(chat.sendButton).toBeDisabled()
  })
})

test.describe('on a touch screen', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('stopping neither opens nor closes the keyboard, and loses no focus', async ({ chat, demo, page }) => {
    await chat.waitForGreeting()
    const heading = page.getByRole('heading', { level: 1 })
    await expect(heading).toBeFocused()
    await chat.sendFromOtherDevice({ type: 'text', text: 'hello' })
    await expect(chat.messages.last()).toContainText('I am a good listener.')

    await demo.allowWords(3)
    await chat.sendFromOtherDevice({ type: 'text', text: 'Tell me a story' })
    await expect(bubble(chat)).toHaveText('Once there was')
    await chat.stopButton.tap()
    await expectStopped(chat, 'Once there was')
    await expect(heading).toBeFocused()

    await demo.allowWords(4)
    await chat.messageField.tap()
    await chat.send('Tell me a story')
    await expect(bubble(chat)).toHaveText('Once there was a')
    await chat.stopButton.tap()
    await expectStopped(chat, 'Once there was a')
    await expect(chat.messageField).toBeFocused()

    // A screen reader focuses the button.
    await demo.allowWords(5)
    await chat.send('Tell me a story')
    await expect(bubble(chat)).toHaveText('Once there was a ship')
    await chat.stopButton.focus()
    await chat.stopButton.press('Enter')
    await expectStopped(chat, 'Once there was a ship')
    await expect(chat.sendButton).toBeFocused()
  })
})

test('an answer that fails is replaced by a message that is marked as failed, also after a reload', async ({
  chat,
  demo,
  page,
}) => {
  await chat.waitForGreeting()
  await streamStory(chat, demo)
  const earlier = await chat.messages.count()

  await demo.fail()

  const expectFailed = async (): Promise<void> => {
    await expect(chat.messages.last()).toContainText(/Sorry, something went wrong.*Failed$/)
    await expect(chat.messages).toHaveCount(earlier)
    await expect(chat.log).not.toContainText('Once there was')
  }
  await expectFailed()
  await expect(chat.messages.last()).toHaveAttribute('aria-label', /Please try again\. \(failed\)$/)
  await expect(page.getByTestId('announcer').locator('p').last()).toHaveText(/try again\. \(failed\)$/)
  await page.reload()
  await expectFailed()
  await demo.allowWords(Infinity)
  await chat.send('thanks')
  await expect(chat.messages.last()).toContainText('Biscuits are accepted, too.')
  await expect(chat.messages.filter({ hasText: 'Failed' })).toHaveCount(1)
})

for (const [name, viewport] of Object.entries({
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
})) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${name}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme })

      test('the stop button, a stopped and a failed answer have no axe violations', async ({
        chat,
        demo,
        page,
      }, testInfo) => {
        const check = async (state: string): Promise<void> => {
          expect(await findViolations(page)).toEqual([])
          await page.screenshot({ path: testInfo.outputPath(`${state}.png`) })
        }
        await chat.waitForGreeting()
        await streamStory(chat, demo)
        await chat.send('thanks')
        await expect(chat.ownMessages('thanks')).toHaveCount(1)
        await expect(chat.stopButton).toBeInViewport()
        await check('streaming')
        await chat.stopButton.click()
        await expectStopped(chat, 'Once there was a ship whose')
        await check('stopped')
        // The next answer belongs to the same group.
        await demo.allowWords(Infinity)
        await expect(chat.messages.last()).toContainText('Biscuits are accepted, too.')
        await expect(chat.messages.filter({ hasText: 'Stopped' })).toHaveCount(1)
        await check('answered')
        await demo.fail()
        await chat.send('thanks')
        await expect(chat.messages.last()).toContainText(/Please try again.*Failed$/)
        await check('failed')
      })
    })
  }
}

/** Asks for a story, of which the bot may write six words. */
async function streamStory(chat: ChatPage, demo: PacedDemo): Promise<void> {
  await demo.allowWords(6)
  await chat.send('Tell me a story')
  await expect(bubble(chat)).toHaveText('Once there was a ship whose')
}

/** The text of the streaming message, without the line below it. */
function bubble(chat: ChatPage): Locator {
  return chat.streamingMessage.locator('.is-streaming')
}

async function expectStopped(chat: ChatPage, text: string): Promise<void> {
  await expect(chat.streamingMessage).toHaveCount(0)
  const last = chat.messages.last()
  await expect(last).toContainText(/Stopped$/)
  await expect(last.getByText(text, { exact: true })).toHaveCount(1)
}
