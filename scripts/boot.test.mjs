import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { root } from './run.mjs'

const folder = mkdtempSync(join(tmpdir(), 'parley-boot-'))
afterEach(() => {
  rmSync(folder, { recursive: true })
})

test('the commands of a new clone load without any installed dependency', async () => {
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))

  const { code, stderr } = await promisify(execFile)(process.execPath, ['scripts/boot.mjs'], {
    cwd: folder,
  }).catch((error) => error)

  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^Usage: node scripts\/boot\.mjs setup/),
  })
})
