import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { checkSpelling } from './check-spelling.mjs'

vi.setConfig({ testTimeout: 120_000 })

// cspell:ignore mended recieved colour

test('fails on misspelled, British and archaic words', async () => {
  const { code, output } = await check('const recievedAt = 1 // The colour is mended.\n')

  expect(code).toBe(1)
  expect(output).toContain('Unknown word (recieved)')
  expect(output).toContain('Unknown word (colour)')
  expect(output).toContain('Forbidden word (mended)')
})

test('accepts plain English and the words of the project', async () => {
  const { code, output } = await check('const kibibytes = 1024 // Parley reconnects with backoff.\n')

  expect({ code, output }).toEqual({ code: 0, output: '' })
})

async function check(text) {
  const folder = mkdtempSync(join(tmpdir(), 'parley-spelling-'))
  try {
    writeFileSync(join(folder, 'planted.ts'), text)
    return await checkSpelling(['planted.ts'], { folder })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
