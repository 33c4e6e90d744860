import { expect, test } from 'vitest'
import { parseCommand } from './line-handler.ts'

test.for([
  ['hello', { type: 'send', text: 'hello' }],
  [' hello ', { type: 'send', text: ' hello ' }],
  ['  ', { type: 'empty' }],
  ['/older', { type: 'older' }],
  ['/stop', { type: 'stop' }],
  ['/quit ', { type: 'quit' }],
  ['/nope', { type: 'unknown', name: '/nope' }],
  ['//help', { type: 'send', text: '/help' }],
] as const)('%j is parsed as a message or a command', ([line, command]) => {
  expect(parseCommand(line)).toEqual(command)
})
