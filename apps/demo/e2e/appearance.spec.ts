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
      // 413: the message that fails on purpose.
      test.use({ viewport, colorScheme, expectedErrors: /413/ })

      test('everything fits, and axe finds nothing', async ({ chat, demo, page }, testInfo) => {
        const photograph = (of: string) => page.screenshot({ path: testInfo.outputPath(`${of}.png`) })
        await chat.waitForGreeting()
        await photograph('greeting')
        await chat.button('Show everything').click()
        await expect(chat.messages).toHaveCount(15)
        for (let top = 0; top < 1; top += 0.2) {
          await chat.log.evaluate((log, part) => (log.scrollTop = part * log.scrollHeight), top)
          await photograph(`everything-${Math.round(top * 10)}`)
        }
        await demo.allowWords(2)
        await chat.send('Tell me a story')
        await expect(chat.streamingMessage).toContainText('Once there')
        await photograph('writing')
        await page.route('**/demo/messages', (route) => route.fulfill({ status: 413, json: tooLarge }))
        await chat.send('This one fails')
        await expect(chat.messages.filter({ hasText: 'Not sent.' })).toHaveCount(1)
        await photograph('failed')

        await expectNoViolations(page)
      })

      test('so it is with the people, the profile, the menus and the list', async ({
        chat,
        page,
      }, testInfo) => {
        const look = async (of: string, except: string[] = []): Promise<void> => {
          await waitForAnimations(page)
          await page.screenshot({ path: testInfo.outputPath(`${of}.png`) })
          await expectNoViolations(page, except)
        }
        const profile = page.getByRole('dialog', { name: 'Your profile' })
        const confirmation = page.getByRole('alertdialog')
        await chat.waitForGreeting()

        await chat.openPeople()
        await look('people')
        await page.getByRole('button', { name: 'Edit your profile' }).click()
        await expect(profile).toBeVisible()
        await look('profile')
        await page.getByRole('button', { name: 'Delete me' }).click()
        await expect(confirmation).toBeVisible()
        await look('confirm')
        await page.keyboard.press('Escape')
        await expect(confirmation).toHaveCount(0)
        await page.keyboard.press('Escape')
        await expect(profile).toHaveCount(0)
        await page.getByRole('button', { name: 'Close people' }).click()
        await page.getByRole('button', { name: 'Conversation actions' }).click()
        await expect(page.getByRole('menu')).toBeVisible()
        // It belongs to its button, and to no part of the page.
        await look('menu', ['region'])
        await page.keyboard.press('Escape')
        await expect(page.getByRole('menu')).toHaveCount(0)
        await page.goto(`${chat.origin}/#/`)
        await expect(chat.conversationList).toBeVisible()
        await look('list')
      })
    })
  }
}

test.describe('from right to left', () => {
  test.use({ viewport: screens.desktop })

  test('the page is mirrored, and remembered so; axe finds nothing', async ({ chat, page }, testInfo) => {
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

  test('one column is shown at a time, and everything can be touched', async ({ chat, page }, testInfo) => {
    await chat.waitForGreeting()
    await expect(chat.conversationList).toBeHidden()
    await page.screenshot({ path: testInfo.outputPath('thread.png') })
    await page.getByRole('link', { name: 'Back to the conversations' }).click()
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

test('the colors that were chosen outlast a reload', async ({ chat, page }) => {
  await chat.waitForGreeting()
  const background = () =>
    page.evaluate(() => getComputedStyle(document.body.firstElementChild ?? document.body).colorScheme)

  await page.getByRole('button', { name: 'Appearance' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await page.reload()
  await chat.waitForGreeting()

  expect(await background()).toBe('dark')
})

test.describe('with colors that the system forces', () => {
  test.use({ contextOptions: { forcedColors: 'active', reducedMotion: 'reduce' } })

  test('borders stay visible, the current item is marked, and the focus is visible', async ({
    chat,
    page,
  }, testInfo) => {
    await chat.waitForGreeting()
    await chat.send('show dropdown')
    await expect(chat.messages).toHaveCount(4)
    await page.screenshot({ path: testInfo.outputPath('forced.png') })

    const composer = page.locator('form:has(textarea) > div')
    const edged = {
      composer,
      search: page.getByRole('searchbox', { name: 'Search conversations' }),
      'a choice': chat.button('Show everything'),
      dropdown: chat.log.getByRole('combobox'),
      'the open conversation': chat.conversationList.locator('[aria-current=page]'),
      'the current page': page.getByRole('link', { name: 'Chat', exact: true }),
    }
    for (const [name, element] of Object.entries(edged))
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

  test('bubbles and buttons keep their edges', async ({ chat, page }, testInfo) => {
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

test.describe('by keyboard alone', () => {
  test('a message is written, found and deleted, and the focus is never lost', async ({ chat, page }) => {
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
    // The focus follows a frame later: each key waits for it.
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

const tooLarge = { id: 'err_1', code: 413, type: 'PayloadTooLarge', message: 'It weighs too much.' }

async function expectNoViolations(page: Page, except: string[] = []): Promise<void> {
  // They take the focus only to hand it on.
  const without = '[data-base-ui-focus-guard]'
  expect(await findViolations(page, { without, except })).toEqual([])
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
