import { expect, test } from 'vitest'
import { assertPublishable } from './release.mjs'

const placeholder = 'https://git.parley.invalid/parley'

test('packages with a placeholder as their address are not published', () => {
  expect(() => assertPublishable({ registry: 'https://registry.example/', address: placeholder })).toThrow(
    `the public address ${placeholder} is a placeholder`,
  )
})

test.each(['http://127.0.0.1:4873/', 'http://localhost:4873/', 'http://[::1]:4873/'])(
  'a rehearsal publishes to %s',
  (registry) => {
    expect(() => assertPublishable({ registry, address: placeholder })).not.toThrow()
  },
)

test('packages with a real address are published', () => {
  expect(() =>
    assertPublishable({ registry: 'https://registry.example/', address: 'https://example.com/parley' }),
  ).not.toThrow()
})
