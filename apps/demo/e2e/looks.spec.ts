import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './demo-test.ts'

const screens = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } }

for (const [name, viewport] of Object.entries(screens)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${name}, ${colorScheme}`, () => {
      // 503: the message that fails on purpose.
      test.use({ viewport, colorScheme, wordMs: 20, expectedErrors: /503/ })

      test('everything fits, and axe finds nothing', async ({ chat, page }, testInfo) => {
        const photograph = (of: string) => page.screenshot({ path: testInfo.outputPath(`${of}.png`) })
        await chat.isGreeted()
        await photograph('greeting')
        await chat.button('Show everything').click()
        await expect(chat.messages).toHaveCount(15)
        for (let top = 0; top < 1; top += 0.2) {
          await chat.log.evaluate((log, part) => (log.scrollTop = part * log.scrollHeight), top)
          await photograph(`everything-${Math.round(top * 10)}`)
        }
        await chat.say('Tell me a story')
        await expect(chat.draft).toContainText('Once there')
        await photograph('writing')
        await page.route('**/demo/messages', (route) => route.fulfill({ status: 503, json: {} }))
        await chat.say('This one fails')
        await expect(chat.messages.filter({ hasText: 'Not sent.' })).toHaveCount(1)
        await photograph('failed')

        const { violations } = await new AxeBuilder({ page }).analyze()

        expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width)
      })
    })
  }
}
