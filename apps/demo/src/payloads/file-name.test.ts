import { expect, test } from 'vitest'
import { fileName, withoutDisguise } from './file-name.ts'

test.each([
  ['https://parley.example/a/b%20c.txt?d#e', 'b c.txt'],
  ['https://parley.example/100%.txt', '100%.txt'],
  ['https://parley.example/', undefined],
  ['https://parley.example', undefined],
  ['data:image/png;base64,AA/BB', undefined],
  [undefined, undefined],
])('%s is named %s', (address, name) => {
  expect(fileName(address)).toBe(name)
})

test('a name cannot be turned around to look like another', () => {
  expect(withoutDisguise('invoice\u202Efdp.exe')).toBe('invoicefdp.exe')
  expect(fileName('https://parley.example/invoice%E2%80%AEfdp.exe')).toBe('invoicefdp.exe')
})
