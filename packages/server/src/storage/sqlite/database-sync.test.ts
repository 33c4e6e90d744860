import { expect, test } from 'vitest'
import { assertNodeVersion } from './database-sync.ts'

test.each(['20.20.2', '22.19.0', '21.7.3'])('Node %s is rejected', (version) => {
  expect(() => {
    assertNodeVersion(version)
  }).toThrow(
    `Unable to load @parley/server; it requires Node 22.20 or later, and this is ${version}. Update Node.`,
  )
})

test.each(['22.20.0', '23.1.0', '24.0.0', '100.1.0'])('Node %s is accepted', (version) => {
  expect(() => {
    assertNodeVersion(version)
  }).not.toThrow()
})
