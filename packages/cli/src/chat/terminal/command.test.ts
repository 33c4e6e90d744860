import { expect, test } from 'vitest'
import { parseCommand } from './command.ts'

test.for([
  ['hello', { type: 'say', text: 'hello' }],
  [' hello ', { type: 'say', text: ' hello ' }],
  ['  ', { type: 'nothing' }],
  ['/older', { type: 'older' }],
  ['/quit ', { type: 'quit' }],
  ['/nope', { type: 'unknown', name: '/nope' }],
  ['//help', { type: 'say', text: '/help' }],
] as const)('%j', ([line, command]) => {
  expect(parseCommand(line)).toEqual(command)
})
