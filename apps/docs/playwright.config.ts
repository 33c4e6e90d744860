import { defineConfig } from '@playwright/test'
import { browserArguments, findChromium } from '../../scripts/chromium.mjs'

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  workers: 2,
  reporter: [['list']],
  timeout: 240_000,
  expect: { timeout: 60_000 },
  use: {
    trace: 'off',
    locale: 'en-US',
    launchOptions: { executablePath: findChromium() ?? '', args: browserArguments() },
  },
})
