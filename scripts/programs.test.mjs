import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findOrUnpackProgram } from './programs.mjs'

let folder
let program

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-programs-'))
  program = join(folder, 'nginx')
  writeFileSync(program, '')
  chmodSync(program, 0o755)
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

test('uses an installed program', async () => {
  const found = await findOrUnpackProgram('nginx', { environment: { PATH: `/nowhere:${folder}` } })

  expect(found).toEqual({ path: program, environment: { PATH: `/nowhere:${folder}` } })
})

test('NGINX_PATH overrides the search', async () => {
  const other = join(folder, 'other')
  writeFileSync(other, '', { mode: 0o755 })

  const { path } = await findOrUnpackProgram('nginx', { environment: { PATH: folder, NGINX_PATH: other } })

  expect(path).toBe(other)
})

test('rejects an NGINX_PATH that is not a program', async () => {
  const environment = { PATH: folder, NGINX_PATH: join(folder, 'none') }

  await expect(findOrUnpackProgram('nginx', { environment })).rejects.toThrow(
    `NGINX_PATH is "${folder}/none", which is not a program`,
  )
})

test('if a package does not contain the program, the error says what to install', async () => {
  mkdirSync(join(folder, 'cache', 'nginx', 'files'), { recursive: true })
  const environment = { PATH: '/nowhere' }

  const found = findOrUnpackProgram('nginx', { environment, cache: join(folder, 'cache'), folders: [] })

  await expect(found).rejects.toThrow('apt-get install nginx')
  await expect(found).rejects.toThrow('set NGINX_PATH')
})
