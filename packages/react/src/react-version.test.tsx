import { version } from 'react'
import { version as domVersion } from 'react-dom'
import { expect, test } from 'vitest'

test('the tests run with the React that they are named after', () => {
  const expected = process.env['REACT_VERSION']

  expect([version, domVersion].map((each) => each.split('.')[0])).toEqual([expected, expected])
})
