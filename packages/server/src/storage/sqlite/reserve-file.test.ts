import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createReserveFile } from './reserve-file.ts'

const mebibyte = 1024 * 1024

test('the reserve is written only if the disk has enough space, so that it does not fill the disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-reserve-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const [small, large] = [join(folder, 'small'), join(folder, 'large')]
  const ofSmallDisk = createReserveFile(small, () => 22 * mebibyte)
  const ofLargeDisk = createReserveFile(large, () => 30 * mebibyte)

  ofSmallDisk.allocate()
  ofLargeDisk.allocate()

  await expect.poll(() => ofLargeDisk.isAllocated, { timeout: 10_000 }).toBe(true)
  expect(statSync(large).size).toBe(20 * mebibyte)
  expect(ofSmallDisk.isAllocated).toBe(false)
  expect(existsSync(small)).toBe(false)
})
