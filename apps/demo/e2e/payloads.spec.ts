import type { Locator, Page, Route } from '@playwright/test'
import type { ChatPage } from './chat-page.ts'
import { expect, test } from './demo-test.ts'
import { findViolations } from './find-violations.ts'

/** The visible result of each payload type. */
const checks: Record<string, (chat: ChatPage) => Promise<void>> = {
  text: async ({ log }) => {
    await expect(log).toContainText('and *stars* stay stars.')
    const link = log.getByRole('link', { name: 'https://en.wikipedia.org/wiki/Parley' })
    await expect(link).toHaveAttribute('rel', /noopener/)
  },
  markdown: async ({ log }) => {
    await expect(log.getByRole('heading', { name: 'Markdown' })).toBeVisible()
    await expect(log.getByRole('cell', { name: 'moderate breeze' })).toBeVisible()
    await expect(log.getByRole('link', { name: 'links' })).toHaveAttribute('href', 'https://commonmark.org/')
    await expect(log.locator('code .hljs-keyword').first()).toHaveText('for')
    await expect(log.getByRole('checkbox', { name: 'Done' })).toBeChecked()
  },
  image: async ({ log }) => expectPicture(log.getByRole('img', { name: 'Image' })),
  audio: async ({ log }) => expectPlayable(log.locator('audio')),
  video: async ({ log }) => expectPlayable(log.locator('video')),
  file: async ({ log, page }) => {
    const download = page.waitForEvent('download')
    await log.getByRole('link', { name: /ship’s log/ }).click()
    expect((await download).suggestedFilename()).toBe('ships-log.txt')
  },
  location: async ({ log }) => {
    await expect(log).toContainText('Cabo Carvoeiro')
    await expect(log.getByRole('link', { name: 'Open map' })).toHaveAttribute('href', /openstreetmap/)
  },
  card: async (chat) => {
    await expect(chat.log).toContainText('A night in the lighthouse')
    await expect(chat.button('Book the night')).toBeEnabled()
  },
  carousel: async ({ log }) => {
    const last = log.getByText('An afternoon on the island')
    const more = log.getByRole('button', { name: 'Next cards' })
    await expect(last).not.toBeInViewport({ ratio: 1 })
    while ((await more.getAttribute('aria-disabled')) === 'false') await more.click()
    await expect(last).toBeInViewport({ ratio: 1 })
  },
  choice: async (chat) => expect(chat.button('Grog')).toBeEnabled(),
  dropdown: async ({ log }) =>
    expect(log.getByRole('combobox', { name: 'Where shall we sail?' })).toBeEnabled(),
  bloc: async ({ log }) => {
    const bloc = log.getByRole('article').filter({ hasText: 'A bloc contains several items' })
    await expectPicture(bloc.getByRole('img', { name: 'Image' }))
    await expect(bloc.getByRole('link', { name: /ship’s log/ })).toBeVisible()
  },
}

for (const [type, expectShown] of Object.entries(checks)) {
  test(`the page shows ${type} messages`, async ({ chat }) => {
    await chat.waitForGreeting()

    await chat.send(`show ${type}`)

    await expect(chat.messages).toHaveCount(4)
    await expectShown(chat)
  })
}

test('“Show everything” shows all twelve types, one after the other', async ({ chat }) => {
  await chat.waitForGreeting()

  await chat.button('Show everything').click()

  await expect(chat.messages).toHaveCount(15)
  await expect(chat.messages.nth(2)).toContainText('Show everything')
})

test('a choice is answered once, the answer shows the label, and the choice stays answered after a reload', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await chat.send('show choice')

  await chat.button('Lemon water').click()
  await expect(chat.messages.last()).toContainText('Lemon water it is!')
  await page.reload()

  await expect(chat.button('Lemon water')).toHaveAttribute('aria-pressed', 'true')
  await expect(chat.button('Grog')).toBeDisabled()
  await expect(chat.messages.filter({ hasText: /^You:\s*Lemon water/ })).toHaveCount(1)
})

test('a dropdown is answered with the selected option', async ({ chat }) => {
  await chat.waitForGreeting()
  await chat.send('show dropdown')
  const list = chat.log.getByRole('combobox', { name: 'Where shall we sail?' })

  await pick(list, 'Madeira')
  await chat.button('Choose').click()

  await expect(chat.messages.last()).toContainText('Course to Madeira')
  await expect(list).toBeDisabled()
  await expect(chat.messages.filter({ hasText: /^You:\s*Madeira/ })).toHaveCount(1)
})

test('a long dropdown can be searched by keyboard', async ({ chat, page }) => {
  await chat.waitForGreeting()
  const options = Array.from({ length: 500 }, (_, index) => ({
    label: `Port ${index}`,
    value: `port-${index}`,
  }))
  await chat.sendFromOtherDevice({ type: 'dropdown', text: 'Which of all ports?', options })
  const list = chat.log.getByRole('combobox', { name: 'Which of all ports?' })
  await expect(list).toHaveJSProperty('tagName', 'INPUT')

  await list.fill('Port 42')
  await list.press('ArrowDown')
  await list.press('Enter')
  await expect(list).toHaveValue('Port 420')
  await expect(page.getByRole('listbox')).toHaveCount(0)
  await page.keyboard.press('Tab')
  await expect(chat.button('Choose')).toBeFocused()
  await page.keyboard.press('Enter')

  await expect(chat.messages.filter({ hasText: /^You:\s*Port 420/ })).toHaveCount(1)
  await expect(list).toBeDisabled()
  await expect(list).toHaveValue('Port 420')
})

test('open lists, short and long, have no axe violations', async ({ chat, page }) => {
  await chat.waitForGreeting()
  const options = Array.from({ length: 50 }, (_, index) => ({ label: `Port ${index}`, value: `${index}` }))
  await chat.sendFromOtherDevice({ type: 'dropdown', text: 'Short?', options: options.slice(0, 3) })
  await chat.sendFromOtherDevice({ type: 'dropdown', text: 'Long?', options })
  const tagNames = { Short: 'BUTTON', Long: 'INPUT' }

  for (const [name, tagName] of Object.entries(tagNames)) {
    const list = chat.log.getByRole('combobox', { name: `${name}?` })
    await expect(list).toHaveJSProperty('tagName', tagName)
    await list.click()
    await expect(page.getByRole('option', { name: 'Port 2', exact: true })).toBeVisible()
    // Checks only the list: the library hides everything else from assistive technology.
    expect(await findViolations(page, { include: '[role=listbox]' })).toEqual([])
    await page.keyboard.press('Escape')
    await expect(page.getByRole('option')).toHaveCount(0)
  }
})

test('a choice with many options shows the first ones, and the others on demand', async ({ chat }) => {
  await chat.waitForGreeting()
  const options = Array.from({ length: 500 }, (_, index) => ({
    label: `Wind ${index}`,
    value: `wind-${index}`,
  }))
  await chat.sendFromOtherDevice({ type: 'choice', text: 'Which wind?', options })
  const winds = chat.log.getByRole('button', { name: /^Wind/ })

  await expect(winds).toHaveCount(12)
  await chat.button('Show all 500').click()
  await expect(winds).toHaveCount(500)
  await chat.button('Wind 499').click()

  await expect(chat.messages.filter({ hasText: /^You:\s*Wind 499/ })).toHaveCount(1)
  await expect(chat.button('Wind 499')).toHaveAttribute('aria-pressed', 'true')
})

test('a picture opens by keyboard, and Escape returns the focus to it', async ({ chat, page }) => {
  await chat.waitForGreeting()
  await chat.send('show image')
  const picture = chat.log.getByRole('button', { name: 'Image harbour.svg' })
  await expect(picture).toBeVisible()

  await picture.focus()
  await page.keyboard.press('Enter')
  const lightbox = page.getByRole('dialog', { name: 'Image harbour.svg' })
  await expectPicture(lightbox.getByRole('img', { name: 'Image harbour.svg' }))
  await expect(lightbox.getByRole('button', { name: 'Zoom in' })).toBeEnabled()
  const violations = await findViolations(page)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Escape')

  expect(violations).toEqual([])
  await expect(lightbox).toHaveCount(0)
  await expect(picture).toBeFocused()
})

for (const direction of ['ltr', 'rtl'] as const) {
  test(`a carousel moves by arrow keys and by swiping, ${direction}`, async ({ chat, page }) => {
    await page.setViewportSize({ width: 360, height: 800 })
    await chat.waitForGreeting()
    await page.evaluate((dir) => (document.documentElement.dir = dir), direction)
    await chat.send('show carousel')
    const carousel = chat.log.getByRole('group', { name: /^3 cards/ })
    const cards = carousel.getByRole('group', { name: 'Cards' })
    const forward = direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
    const backward = direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft'
    await expect(carousel).toHaveAttribute('aria-roledescription', 'carousel')
    await expect(carousel).toContainText('1 / 3')

    await cards.focus()
    await page.keyboard.press(forward)
    await expect(carousel).toContainText('2 / 3')
    await expect(carousel.getByText('A morning in the harbor')).toBeInViewport({ ratio: 1 })
    await page.keyboard.press(backward)
    await expect(carousel).toContainText('1 / 3')
    await expect(carousel.getByText('A night in the lighthouse')).toBeInViewport({ ratio: 1 })

    await swipe(cards, direction === 'rtl' ? 150 : -150)
    await expect(carousel).toContainText('2 / 3')
  })
}

test('a button copies a code block', async ({ chat, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await chat.waitForGreeting()
  await chat.send('show markdown')

  await chat.log.getByRole('button', { name: 'Copy the code' }).click()

  await expect(chat.log.getByRole('button', { name: 'Copied the code' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
    "for await (const signal of me.listenConversation({ id: 'c1' })) {",
  )
})

test('a very long text is truncated and shown on demand, and does not freeze the page', async ({ chat }) => {
  await chat.waitForGreeting()
  const line = 'A line of the log, and then some more of it.\n'
  await chat.sendFromOtherDevice({ type: 'text', text: line.repeat(4_500) })
  const message = chat.messages.filter({ hasText: /^You:\s*A line of the log/ })
  await expect(message).toHaveCount(1)
  expect((await message.innerText()).length).toBeLessThan(2_500)

  await message.getByRole('button', { name: /^Show all 2\d\d,\d{3} characters$/ }).click()
  const less = message.getByRole('button', { name: 'Show less' })
  await expect(less).toHaveAttribute('aria-expanded', 'true')
  // By keyboard: the browser lays out a long text only when it is visible, which moves the target of a mouse click.
  await less.press('Enter')

  await expect(message.getByRole('button', { name: /^Show all/ })).toHaveAttribute('aria-expanded', 'false')
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const direction of ['ltr', 'rtl'] as const) {
    test.describe(`${colorScheme}, ${direction}`, () => {
      test.use({ colorScheme, reducedMotion: 'reduce', viewport: { width: 360, height: 800 } })

      test('all twelve types fit on a phone and have no axe violations', async ({ chat, page }, testInfo) => {
        await chat.waitForGreeting()
        await page.evaluate((dir) => (document.documentElement.dir = dir), direction)
        await chat.button('Show everything').click()
        await expect(chat.log).toContainText('A bloc contains several items')
        await expect(chat.log.locator('code .hljs-keyword').first()).toHaveText('for')
        const height = await chat.log.evaluate((log) => log.scrollHeight)

        for (let top = 0, number = 0; top < height; top += 650, number++) {
          await chat.log.evaluate((log, offset) => (log.scrollTop = offset), top)
          await page.screenshot({ path: testInfo.outputPath(`payloads-${number}.png`) })
        }

        expect(await findViolations(page)).toEqual([])
        expect(await findOverflow(page)).toEqual([])
      })
    })
  }
}

test('the buttons of a card send a text, send a value, or open a page safely', async ({ chat }) => {
  await chat.waitForGreeting()
  await chat.send('show card')

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

test.describe('malicious messages', () => {
  test.use({ expectedErrors: /Failed to load resource|Content Security Policy/ })

  test('run no scripts, create no dangerous links, and do not break the layout', async ({ chat, page }) => {
    await chat.waitForGreeting()
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
      { type: 'image', imageUrl: 'data:text/html,<script>document.title="taken over"</script>' },
      { type: 'file', fileUrl: `https://parley.example/${'w'.repeat(100_000)}` },
      { type: 'text', text: `A bad link: ${bad} or javascript://parley.example/%0Aalert(1)` },
      { type: 'markdown', markdown: '*a_'.repeat(30_000) },
      { type: 'markdown', markdown: '> 1) '.repeat(10_000) },
    ]) {
      await chat.sendFromOtherDevice(payload)
    }
    await expect(chat.messages.filter({ hasText: /^You:/ })).toHaveCount(18)
    // 18 answers and the greeting. Later messages would move the click targets.
    await expect(chat.messages).toHaveCount(38)
    await expect(chat.streamingMessage).toHaveCount(0)

    expect(await page.locator('a[href^="javascript" i], a:not([href])').count()).toBe(0)
    for (const element of await chat.log.getByText('A bad link').all()) await element.click({ force: true })
    await expect(page).toHaveTitle('Parley')
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      expect(await findOverflow(page)).toEqual([])
    }
  })
})

test.describe('malformed messages', () => {
  test.use({ expectedErrors: /Failed to load resource/ })

  test('are shown as far as possible, and do not affect other messages', async ({ chat, page }) => {
    await chat.waitForGreeting()
    const deep = Array.from({ length: 1_000 }).reduce<unknown>(
      (items) => ({ type: 'bloc', items: [items] }),
      {},
    )
    const strange: unknown[] = [
      null,
      'words alone',
      { type: 'text' },
      { type: 'carousel' },
      { type: 'poll', question: 'Which one?' },
      { type: 'card', title: { text: 'no title' } },
      { type: 'carousel', items: [null, { title: 'The one good card', actions: 'none' }] },
      { type: 'choice', text: 7, options: [{ label: 'The one good option', value: 'x' }, 'no option'] },
      { type: 'location', latitude: '1', longitude: null },
      { type: 'bloc', items: [deep, { type: 'choice' }, { type: 'text', text: 'The one good item' }] },
      { type: 'image', imageUrl: 'no address at all' },
      { type: 'image', imageUrl: '/nothing.png' },
      { type: 'markdown', markdown: `${'> '.repeat(800)}Too deep` },
    ]
    await page.route('**/messages?*', (route) => respondWithPayloads(route, strange))
    await page.route('**/messages', (route) => respondWithPayloads(route, strange))

    await page.reload()

    for (const text of ['poll', 'The one good card', 'The one good option', 'The one good item', 'Too deep'])
      await expect(chat.log).toContainText(text)
    await expect(chat.log.getByText('Unable to show this image.')).toHaveCount(2)
    await expect(chat.log.getByRole('link', { name: '/nothing.png' })).toBeVisible()
    // Messages that are still loading can move the row while a mouse clicks on it.
    await chat.log.locator('summary', { hasText: 'poll' }).press('Enter')
    await expect(chat.log).toContainText('"question": "Which one?"')
    await chat.waitForGreeting()
    expect(await findOverflow(page)).toEqual([])
  })
})

test.describe('a rendering error', () => {
  test.use({ expectedErrors: /broken on purpose/ })

  test('in one message does not affect others', async ({ chat, page }) => {
    await chat.waitForGreeting()
    await page.evaluate(() => {
      Number.prototype.toFixed = function (this: number) {
        if (this.valueOf() === 12.345) throw new Error('broken on purpose')
        return String(this)
      }
    })

    await chat.sendFromOtherDevice({ type: 'location', latitude: 12.345, longitude: 5 })
    await chat.send('show location')

    await expect(chat.log).toContainText('Unsupported message type location')
    await expect(chat.log).toContainText('Cabo Carvoeiro')
    await chat.waitForGreeting()
  })
})

/** Adds messages with these payloads after those of the server. */
async function respondWithPayloads(route: Route, payloads: readonly unknown[]): Promise<void> {
  if (route.request().method() !== 'GET') return route.fallback()
  const response = await route.fetch()
  const { messages, meta } = await response.json()
  const [newest] = messages
  const more = payloads.map((payload, index) => ({
    ...newest,
    id: `msg_strange_${index}`,
    metadata: undefined,
    createdAt: new Date(Date.parse(newest.createdAt) + index + 1).toISOString(),
    payload,
  }))
  return route.fulfill({ response, json: { messages: [...more.toReversed(), ...messages], meta } })
}

async function pick(list: Locator, label: string): Promise<void> {
  // The page shows a native list until the custom one is loaded.
  await expect(list).toHaveJSProperty('tagName', 'BUTTON')
  await list.click()
  await list.page().getByRole('option', { name: label }).click()
}

async function swipe(area: Locator, distance: number): Promise<void> {
  const box = await area.boundingBox()
  if (!box) throw new Error('Unable to swipe; the element has no box.')
  const [x, y] = [box.x + box.width / 2 - distance / 2, box.y + 40]
  const { mouse } = area.page()
  await mouse.move(x, y)
  await mouse.down()
  await mouse.move(x + distance, y, { steps: 10 })
  await mouse.up()
}

async function expectPicture(picture: Locator): Promise<void> {
  await expect
    .poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(0)
}

async function expectPlayable(media: Locator): Promise<void> {
  await expect
    .poll(() => media.evaluate((element) => (element as HTMLMediaElement).duration))
    .toBeGreaterThan(2)
}

/** Finds elements that overflow the window and are not in a scrollable container. */
async function findOverflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isOutside = ({ left, right }: DOMRect): boolean => right > innerWidth + 0.5 || left < -0.5
    const scrolls = (element: Element): boolean => /auto|scroll/.test(getComputedStyle(element).overflowX)
    const wide = [
      ...document.querySelectorAll('[role=log] article > div > div, [role=log] article > div > div > div'),
    ]
      .filter((element) => isOutside(element.getBoundingClientRect()) && !scrolls(element))
      .map((element) => element.textContent.slice(0, 40))
    return document.documentElement.scrollWidth > innerWidth ? [...wide, 'the page'] : wide
  })
}

test('Markdown that would take seconds to parse is shown as plain text, even when expanded', async ({
  chat,
}) => {
  await chat.waitForGreeting()
  const markdown = [
    `\`\`\`\nsmall\n\`\`\`\n${'>'.repeat(5_900)}`,
    `a\n=\n`.repeat(1_500),
    '> a\nb\n'.repeat(900),
    '*a_'.repeat(1_990),
  ]
  for (const text of markdown) await chat.sendFromOtherDevice({ type: 'markdown', markdown: text })
  await expect(chat.ownMessages('')).toHaveCount(markdown.length)

  const hidden = chat.ownMessages('').getByRole('button', { name: /^Show all/ })
  while ((await hidden.count()) > 0) await hidden.first().click()

  await expect(chat.ownMessages('').getByRole('button', { name: 'Show less' })).toHaveCount(2)
  await expect(chat.ownMessages('').locator('blockquote, h2, em, pre')).toHaveCount(0)
})

test('a footnote link focuses its note within the message, and the conversation stays open', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  const before = page.url()
  const markdown = 'The sea is deep[^1].\n\n[^1]: Eleven kilometers at most.'
  await chat.sendFromOtherDevice({ type: 'markdown', markdown })
  await chat.sendFromOtherDevice({ type: 'markdown', markdown })
  const notes = chat.ownMessages('The sea is deep')
  await expect(notes).toHaveCount(2)

  await notes.last().getByRole('link', { name: '1', exact: true }).click()

  await expect(notes.last().getByRole('listitem')).toBeFocused()
  expect(page.url()).toBe(before)
  expect(page.context().pages()).toHaveLength(1)
})

test('headings of different levels look different', async ({ chat }) => {
  await chat.waitForGreeting()
  await chat.sendFromOtherDevice({ type: 'markdown', markdown: '# One\n\n## Two\n\n### Three\n\n#### Four' })
  const headings = chat.log.getByRole('heading')
  await expect(headings).toHaveCount(4)

  const sizes = await headings.evaluateAll((elements) =>
    elements.map((element) => parseFloat(getComputedStyle(element).fontSize)),
  )

  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
  expect(new Set(sizes).size).toBe(4)
})

test('the counter of a carousel reaches its last card, and carousels are not landmark regions', async ({
  chat,
  page,
}) => {
  await chat.waitForGreeting()
  await chat.send('show carousel')
  await chat.send('show carousel')
  await expect(chat.messages).toHaveCount(6)
  const carousel = chat.messages.last()
  const more = carousel.getByRole('button', { name: 'Next cards' })
  await expect(carousel.getByText('1 / 3')).toBeVisible()

  while ((await more.getAttribute('aria-disabled')) === 'false') await more.click()

  await expect(carousel.getByText('3 / 3')).toBeVisible()
  await expect(chat.log.getByRole('region')).toHaveCount(0)
  expect(await findViolations(page, { include: '[role=log]' })).toEqual([])
})

test.describe('on a page of 320 px', () => {
  test.use({ viewport: { width: 320, height: 640 } })

  test('the name of a file stays readable', async ({ chat }) => {
    await chat.waitForGreeting()
    await chat.send('show file')
    const name = chat.log.getByText(/ship’s log/).last()
    await expect(name).toBeVisible()

    expect((await name.boundingBox())?.width).toBeGreaterThan(90)
  })
})
