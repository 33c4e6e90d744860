import { expect } from '@playwright/test'
import { sitePages, test } from './site-test.ts'

test('a reader finds a page by a word in it', async ({ page }) => {
  await page.goto('/')

  await page.getByRole('button', { name: 'Search' }).click()
  const dialog = page.getByRole('dialog', { name: 'Search' })
  await dialog.getByRole('textbox').fill('idempotency')
  await dialog.getByRole('link', { name: 'Sending exactly once' }).first().click()

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sending exactly once')
})

test('the theme that a reader has selected stays after a reload', async ({ page }) => {
  await page.goto('/start/core/')

  await page.getByRole('combobox', { name: 'Select theme' }).selectOption('dark')
  await page.reload()

  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('every page has a Markdown copy, and llms.txt lists it', async ({ request }) => {
  const list = await (await request.get('/llms.txt')).text()
  const copies = [...list.matchAll(/\]\((\/[^)]+\.md)\)/g)].map(([, path = '']) => path)
  const expected = sitePages
    .filter((path) => !/^\/(404\.html)?$/.test(path))
    .map((path) => path.replace(/\/$/, '.md'))

  expect(copies.toSorted()).toEqual(expected)
  for (const path of ['/index.md', ...copies]) {
    const response = await request.get(path)
    expect(await response.text(), path).toMatch(/^# \S/)
  }
})

test('all pages are in one file, and the OpenAPI document has a copy', async ({ request }) => {
  const all = await (await request.get('/llms-full.txt')).text()
  const document = (await (await request.get('/openapi.json')).json()) as { openapi: string }

  expect(all).toContain('# Start with core\n')
  expect(all).toContain('# @parley/server/testing\n')
  expect(document.openapi).toBe('3.1.0')
})
