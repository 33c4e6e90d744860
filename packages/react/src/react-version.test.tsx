import { version } from 'react'
import { version as domVersion } from 'react-dom'
import { expect, test } from 'vitest'

test('the test project uses the React version in its name', () => {
  const expected = process.env['REACT_VERSION']

  expect([version, domVersion].map((text) => text.split('.')[0])).toEqual([expected, expected])
})
