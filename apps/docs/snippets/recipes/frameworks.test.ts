import { startTestServer } from '@parley/server/testing'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import vue from '@vitejs/plugin-vue'
import { expect, test } from 'vitest'
import { openPage } from '../testing/open-page.ts'
import storyBot from './story-bot.ts'

test.each([
  ['vue', vue()],
  ['svelte', svelte({ configFile: false })],
])(
  'the page with %s chats, stops an answer, and restores the conversation after a reload',
  async (name, plugin) => {
    await using server = await startTestServer({ bot: storyBot })
    await using opened = await openPage(`recipes/${name}/main.ts`, server.url, {
      plugins: [plugin],
    })
    const { page, errors } = opened
    const items = page.getByRole('listitem')

    await page.getByRole('textbox', { name: 'Message' }).fill('A story')
    await page.keyboard.press('Enter')
    await items.filter({ hasText: 'Teller: Once upon a time' }).waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page
      .getByRole('button', { name: 'Stop' })
      .waitFor({ state: 'hidden' })
    await page.reload()
    await items.filter({ hasText: 'Teller' }).waitFor()

    expect(await items.allInnerTexts()).toEqual([
      'You: A story',
      'Teller: Once upon a time',
    ])
    expect(errors).toEqual([])
    await page.close()
    await expect.poll(() => server.streams).toBe(0)
  },
)
