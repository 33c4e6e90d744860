import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findOrUnpackProgram } from './programs.mjs'
import { run } from './run.mjs'

let cache

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'parley-programs-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(cache, { recursive: true })
})

test('unpacks and runs a program that is not installed', async () => {
  const nginx = await provideNotInstalled('nginx')

  expect(nginx).toEqual({ isInCache: true, code: 0, output: expect.stringContaining('nginx version') })
})

test('downloads package lists into the cache if the system has none', async () => {
  const lists = join(cache, 'no-lists')
  mkdirSync(join(lists, 'partial'), { recursive: true })
  writeFileSync(join(cache, 'apt.conf'), `Dir::State::lists "${lists}";`)
  vi.stubEnv('APT_CONFIG', join(cache, 'apt.conf'))

  const nginx = await provideNotInstalled('nginx')

  expect(nginx).toEqual({ isInCache: true, code: 0, output: expect.stringContaining('nginx version') })
})

async function provideNotInstalled(name) {
  const environment = { PATH: '/nowhere' }
  const found = await findOrUnpackProgram(name, { environment, folders: [], cache })
  const { code, output } = await run(found.path, ['-v'], { env: found.environment })
  return { isInCache: found.path.startsWith(cache), code, output }
}
