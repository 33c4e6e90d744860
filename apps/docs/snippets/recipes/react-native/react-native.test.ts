import { join } from 'node:path'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { openPage } from '../../testing/open-page.ts'
import bot from '../bot.ts'

const standIns = join(import.meta.dirname, 'stand-ins.ts')
const alias = {
  'react-native': 'react-native-web',
  'expo/fetch': standIns,
  '@react-native-async-storage/async-storage': standIns,
}

// The browser renders React Native's components. Tests of core and of the installations run its runtime and bundler.
test('the app with React Native chats, and restores the conversation', async () => {
  await using server = await startTestServer({ bot })
  await using opened = await openPage(
    'recipes/react-native/browser.tsx',
    server.url,
    { alias },
  )
  const { page, errors } = opened
  const hello = page.getByText('Hello', { exact: true })

  await page.getByRole('textbox', { name: 'Message' }).fill('Hello')
  await page.getByRole('button', { name: 'Send' }).click()
  await hello.nth(1).waitFor()
  await page.reload()
  await hello.nth(1).waitFor()

  expect(await hello.count()).toBe(2)
  expect(errors).toEqual([])
})
