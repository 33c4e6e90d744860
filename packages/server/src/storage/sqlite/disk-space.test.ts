import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createReserveFile } from './disk-space.ts'

const mebibyte = 1024 * 1024

test('the reserve file is written only if the disk has enough space to leave some free', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-reserve-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const [small, large] = [join(folder, 'small'), join(folder, 'large')]
  const onSmallDisk = createReserveFile(small, () => 22 * mebibyte)
  const onLargeDisk = createReserveFile(large, () => 30 * mebibyte)

  onSmallDisk.allocate()
  onLargeDisk.allocate()

  await expect.poll(() => onLargeDisk.isAllocated, { timeout: 10_000 }).toBe(true)
  expect(statSync(large).size).toBe(20 * mebibyte)
  expect(onSmallDisk.isAllocated).toBe(false)
  expect(existsSync(small)).toBe(false)
})
