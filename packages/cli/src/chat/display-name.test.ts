import { expect, test } from 'vitest'
import { displayName, isBot } from './display-name.ts'

const times = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' }
const participants = [
  { id: 'ann', name: 'Ann\u001B[2J \n Lee', ...times },
  { id: 'bob', ...times },
]
const bot = { id: 'bot_demo', name: 'Echo' }

test.for([
  ['me', bot, 'you'],
  ['ann', bot, 'Ann Lee'],
  ['bob', bot, 'bob'],
  ['bot_demo', bot, 'Echo'],
  ['bot_demo', { id: 'bot_demo' }, 'bot'],
  ['someone who left', bot, 'someone who left'],
  ['someone unlisted', undefined, 'bot'],
] as const)('%j with the bot %j is displayed as %j', ([userId, knownBot, expected]) => {
  expect(displayName(userId, { myId: 'me', bot: knownBot, participants })).toBe(expected)
})

test.for([
  ['me', bot, false],
  ['bot_demo', bot, true],
  ['someone who left', bot, false],
  ['me', undefined, false],
  ['ann', undefined, false],
  ['someone unlisted', undefined, true],
] as const)('%j with the bot %j is a bot: %j', ([userId, knownBot, expected]) => {
  expect(isBot(userId, { myId: 'me', bot: knownBot, participants })).toBe(expected)
})
