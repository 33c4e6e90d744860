import { expect, test } from 'vitest'
import { run, tool } from './run.mjs'

test('turbo sends no telemetry, even if a developer starts it directly', async () => {
  const { TURBO_TELEMETRY_DISABLED: _, DO_NOT_TRACK: __, ...env } = process.env

  const { output } = await run(tool('turbo'), ['telemetry', 'status'], { env })

  expect(output).toContain('Status: Disabled')
})
