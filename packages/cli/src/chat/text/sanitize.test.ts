import { expect, test } from 'vitest'
import { sanitize, sanitizeLine, toJsonLine } from './sanitize.ts'

test.for([
  ['plain text', 'plain text'],
  ['two\nlines', 'two\nlines'],
  ['three\r\nkinds\rof\u2028breaks', 'three\nkinds\nof\nbreaks'],
  ['\u001B[31mred\u001B[0m', 'red'],
  ['\u001B]0;a title\u0007text', 'text'],
  ['\u001B]8;;https://evil\u001B\\link\u001B]8;;\u001B\\', 'link'],
  ['\u009B2Jcleared', 'cleared'],
  ['a\u0007b\u0008c\u007Fd\u0000e', 'abcde'],
  ['a\tb', 'a  b'],
  ['exe.\u202Egpj', 'exe.gpj'],
  ['half \uD800 pair', 'half \uFFFD pair'],
  ['👩‍👩‍👧 and é', '👩‍👩‍👧 and é'],
] as const)('%j becomes %j', ([text, expected]) => {
  expect(sanitize(text)).toBe(expected)
})

test('no combination of parts leaves a control character', () => {
  const parts = [
    '\u001B',
    '[',
    ']',
    '\u009B',
    '\u009D',
    '2J',
    '\u0007',
    '\\',
    ';',
    'a',
    '\u001B\u001B[',
    'P',
    '0',
  ]
  for (const first of parts)
    for (const second of parts)
      for (const third of parts) {
        const text = `${first}${second}${third}${first}`
        // oxlint-disable-next-line no-control-regex -- The pattern matches control characters.
        expect(sanitize(text)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
      }
})

test('a sanitized line has no line breaks', () => {
  expect(sanitizeLine('  a\n b\tc ')).toBe('a b c')
})

test('a JSON line escapes control characters and line separators, and parses to the same value', () => {
  const value = { text: 'a\u009Bb\u2028c\u2029d\u007Fe\u001Bf\n' }

  expect(toJsonLine(value)).toBe('{"text":"a\\u009bb\\u2028c\\u2029d\\u007fe\\u001bf\\n"}')
  expect(JSON.parse(toJsonLine(value))).toEqual(value)
})
