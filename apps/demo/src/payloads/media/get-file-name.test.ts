import { expect, test } from 'vitest'
import { getFileName, removeBidiControls } from './get-file-name.ts'

test.each([
  ['https://parley.example/a/b%20c.txt?d#e', 'b c.txt'],
  ['https://parley.example/100%.txt', '100%.txt'],
  ['https://parley.example/', undefined],
  ['https://parley.example', undefined],
  ['data:image/png;base64,AA/BB', undefined],
  [undefined, undefined],
])('returns the file name of %s: %s', (address, name) => {
  expect(getFileName(address)).toBe(name)
})

test('removes characters that reverse a name to look like another', () => {
  expect(removeBidiControls('invoice\u202Efdp.exe')).toBe('invoicefdp.exe')
  expect(getFileName('https://parley.example/invoice%E2%80%AEfdp.exe')).toBe('invoicefdp.exe')
})
