import type { Locator, Page } from '@playwright/test'
import { expect, test } from './demo-test.ts'
import { findViolations } from './find-violations.ts'
import { waitForAnimations } from './wait-for-animations.ts'

const screens = {
  wide: { width: 1600, height: 1000 },
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
}

for (const [name, viewport] of Object.entries(screens)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${name}, ${colorScheme}`, () => {
      // 413: a message that the test makes fail.
      test.use({ viewport, colorScheme, expectedErrors: /413/ })

      test('the conversation fits and has no axe violations', async ({ chat, demo, page }, testInfo) => {
        const takeScreenshot = (name: string) => page.screenshot({ path: testInfo.outputPath(`${name}.png`) })
        await chat.waitForGreeting()
        await takeScreenshot('greeting')
        await chat.button('Show everything').click()
        await expect(chat.messages).toHaveCount(15)
        for (let top = 0; top < 1; top += 0.2) {
          await chat.log.evaluate((log, fraction) => (log.scrollTop = fraction * log.scrollHeight), top)
          await takeScreenshot(`everything-${Math.round(top * 10)}`)
        }
        await demo.allowWords(2)
        await chat.send('Tell me a story')
        await expect(chat.streamingMessage).toContainText('Once there')
        await takeScreenshot('writing')
        await page.route('**/demo/messages', (route) => route.fulfill({ status: 413, json: tooLarge }))
        await chat.send('This one fails')
        await expect(chat.messages.filter({ hasText: 'Not sent.' })).toHaveCount(1)
        await takeScreenshot('failed')

        await expectNoViolations(page)
      })

      test('people, profile, menus and list fit and have no axe violations', async ({
        chat,
        page,
      }, testInfo) => {
        const check = async (name: string, disabledRules: string[] = []): Promise<void> => {
          await waitForAnimations(page)
          await page.screenshot({ path: testInfo.outputPath(`${name}.png`) })
          await expectNoViolations(page, disabledRules)
        }
        const profile = page.getByRole('dialog', { name: 'Your profile' })
        const confirmation = page.getByRole('alertdialog')
        await chat.waitForGreeting()

        await chat.openPeople()
        await check('people')
        await page.getByRole('button', { name: 'Edit your profile' }).click()
        await expect(profile).toBeVisible()
        await check('profile')
        await page.getByRole('button', { name: 'Delete account' }).click()
        await expect(confirmation).toBeVisible()
        await check('confirm')
        await page.keyboard.press('Escape')
        await expect(confirmation).toHaveCount(0)
        await page.keyboard.press('Escape')
        await expect(profile).toHaveCount(0)
        await page.getByRole('button', { name: 'Close people' }).click()
        await page.getByRole('button', { name: 'Conversation actions' }).click()
        await expect(page.getByRole('menu')).toBeVisible()
        // A menu is outside all landmarks, so the region rule does not apply.
        await check('menu', ['region'])
        await page.keyboard.press('Escape')
        await expect(page.getByRole('menu')).toHaveCount(0)
        await page.goto(`${chat.origin}/#/`)
        await expect(chat.conversationList).toBeVisible()
        await check('list')
      })
    })
  }
}

test.describe('right to left', () => {
  test.use({ viewport: screens.desktop })

  test('the page is mirrored, keeps the direction after a reload, and has no axe violations', async ({
    chat,
    page,
  }, testInfo) => {
    await chat.waitForGreeting()
    await page.getByRole('button', { name: 'Appearance' }).click()
    await page.getByRole('menuitemradio', { name: 'Right to left' }).click()
    await page.reload()
    await chat.waitForGreeting()
    await chat.send('שלום')
    await chat.send('Tell me a story')
    await expect(chat.messages.last()).toContainText('which is more than most')
    await waitForAnimations(page)
    await page.screenshot({ path: testInfo.outputPath('rtl.png') })

    const list = await chat.conversationList.boundingBox()
    const log = await chat.log.boundingBox()
    const own = await chat.ownMessages('שלום').locator('div').first().boundingBox()
    expect(list?.x).toBeGreaterThan(log?.x ?? Infinity)
    expect(own?.x).toBeLessThan((log?.x ?? 0) + (log?.width ?? 0) / 2)
    await expectNoViolations(page)
  })
})

test.describe('on the smallest phone', () => {
  test.use({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, colorScheme: 'dark' })

  test('one column is visible at a time, and touch targets are large enough', async ({
    chat,
    page,
  }, testInfo) => {
    await chat.waitForGreeting()
    await expect(chat.conversationList).toBeHidden()
    await page.screenshot({ path: testInfo.outputPath('thread.png') })
    await page.getByRole('link', { name: 'Back to conversations' }).click()
    await expect(chat.log).toHaveCount(0)
    await expect(chat.conversationList.getByRole('link')).toBeFocused()
    await page.screenshot({ path: testInfo.outputPath('list.png') })
    await chat.conversationList.getByRole('link').click()
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
    await chat.openPeople()
    await expect(chat.people.getByRole('heading', { name: 'People' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(chat.people).toHaveCount(0)

    await expectTouchTargets(page)
    await page.goBack()
    await expect(chat.conversationList).toBeVisible()
    await expectTouchTargets(page)
  })
})

test('the chosen color scheme survives a reload', async ({ chat, page }) => {
  await chat.waitForGreeting()
  const readColorScheme = () =>
    page.evaluate(() => getComputedStyle(document.body.firstElementChild ?? document.body).colorScheme)

  await page.getByRole('button', { name: 'Appearance' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await page.reload()
  await chat.waitForGreeting()

  expect(await readColorScheme()).toBe('dark')
})

test.describe('in forced-colors mode', () => {
  test.use({ contextOptions: { forcedColors: 'active', reducedMotion: 'reduce' } })

  test('borders are visible, the current item is marked, and the focus is visible', async ({
    chat,
    page,
  }, testInfo) => {
    await chat.waitForGreeting()
    await chat.send('show dropdown')
    await expect(chat.messages).toHaveCount(4)
    await page.screenshot({ path: testInfo.outputPath('forced.png') })

    const composer = page.locator('form:has(textarea) > div')
    const elements = {
      composer,
      search: page.getByRole('searchbox', { name: 'Search conversations' }),
      'a choice': chat.button('Show everything'),
      dropdown: chat.log.getByRole('combobox'),
      'the open conversation': chat.conversationList.locator('[aria-current=page]'),
      'the current page': page.getByRole('link', { name: 'Chat', exact: true }),
    }
    for (const [name, element] of Object.entries(elements))
      expect(await readEdge(element), name).not.toBe('none')
    await chat.messageField.focus()
    const focused = await readEdge(composer)
    await page.getByRole('searchbox').focus()
    expect(await readEdge(composer)).not.toBe(focused)
    await page.getByRole('button', { name: 'Appearance' }).click()
    expect(await readEdge(page.getByRole('menu'))).not.toBe('none')
    await page.screenshot({ path: testInfo.outputPath('forced-menu.png') })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /Your profile/ }).click()
    const profile = page.getByRole('dialog', { name: 'Your profile' })
    expect(await readEdge(profile)).not.toBe('none')
    expect(await readEdge(profile.getByLabel('Name'))).not.toBe('none')
    await page.screenshot({ path: testInfo.outputPath('forced-dialog.png') })
  })

  test('bubbles and buttons keep their borders', async ({ chat, page }, testInfo) => {
    await chat.waitForGreeting()
    await chat.send('hello')
    await expect(chat.messages.last()).toContainText('Hello to you too!')
    await page.screenshot({ path: testInfo.outputPath('forced.png') })

    const edge = await chat.messages
      .last()
      .getByText('Hello to you too!')
      .locator('..')
      .evaluate((bubble) => getComputedStyle(bubble).borderTopWidth)
    expect(edge).toBe('1px')
  })
})

test.describe('with only the keyboard', () => {
  test('a user writes, finds and deletes a message, and the focus is never lost', async ({ chat, page }) => {
    await chat.waitForGreeting()
    await expect(chat.messageField).toBeFocused()
    await page.keyboard.type('thanks')
    await page.keyboard.press('Enter')
    await expect(chat.messages.last()).toContainText('Biscuits')

    const menu = chat.ownMessages('thanks').getByRole('button', { name: 'Message actions' })
    await page.keyboard.press('Shift+Tab')
    await expect(chat.log).toBeFocused()
    await page.keyboard.press('ArrowUp')
    await expect(chat.messages.last()).toBeFocused()
    await page.keyboard.press('ArrowUp')
    await expect(chat.ownMessages('thanks')).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(menu).toBeFocused()
    // The focus moves one frame later, so wait for it before the next key.
    const [copy, remove] = [
      page.getByRole('menuitem', { name: 'Copy' }),
      page.getByRole('menuitem', { name: 'Delete' }),
    ]
    await page.keyboard.press('Enter')
    await expect(copy).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await expect(remove).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(menu).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(copy).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await expect(remove).toBeFocused()
    await page.keyboard.press('Enter')
    const confirmation = page.getByRole('alertdialog')
    await expect(confirmation.getByRole('button', { name: 'Cancel' })).toBeFocused()
    await page.keyboard.press('Tab')
    await expect(confirmation.getByRole('button', { name: 'Delete' })).toBeFocused()
    await page.keyboard.press('Enter')

    await expect(chat.ownMessages('thanks')).toHaveCount(0)
    await expect(confirmation).toHaveCount(0)
    await expect(chat.messageField).toBeFocused()
  })
})

const tooLarge = {
  id: 'err_1',
  code: 413,
  type: 'PayloadTooLarge',
  message: 'Unable to create the message; it is too large.',
}

async function expectNoViolations(page: Page, disabledRules: string[] = []): Promise<void> {
  // Focus guards receive the focus only to move it elsewhere.
  const exclude = '[data-base-ui-focus-guard]'
  expect(await findViolations(page, { exclude, disabledRules })).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
}

/** The outline or border of an element, as its style and color; `none` if it has neither. */
async function readEdge(element: Locator): Promise<string> {
  return element.evaluate((target) => {
    const { outlineStyle, outlineWidth, outlineColor, borderTopStyle, borderTopWidth } =
      getComputedStyle(target)
    if (outlineStyle !== 'none' && outlineWidth !== '0px') return `${outlineWidth} ${outlineColor}`
    return borderTopStyle !== 'none' && borderTopWidth !== '0px' ? 'border' : 'none'
  })
}

async function expectTouchTargets(page: Page): Promise<void> {
  const small = await page.locator('button:visible, a:visible:not(.sr-only)').evaluateAll((elements) =>
    elements
      .map((element) => ({ box: element.getBoundingClientRect(), html: element.outerHTML.slice(0, 120) }))
      .filter(({ box }) => box.height < 44 || box.width < 36)
      .map(({ box, html }) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${html}`),
  )
  expect(small).toEqual([])
}
