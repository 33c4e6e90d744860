import { expect, test } from 'vitest'
import { parseServer } from './parse-server.ts'

test.each([
  [' http://127.0.0.1:3000/demo/ ', { url: 'http://127.0.0.1:3000/demo' }],
  ['HTTPS://chat.example.com/bots/one', { url: 'https://chat.example.com/bots/one' }],
  ['0f3c2f1e-7d1a-4b0c-9a55-3f6f2c9f1b11', { webhookId: '0f3c2f1e-7d1a-4b0c-9a55-3f6f2c9f1b11' }],
])('parses %s', (text, server) => expect(parseServer(text)).toEqual({ server }))

test.each([
  ['', /Enter an address/],
  ['localhost:3000/demo', /http:\/\//],
  ['chat.example.com', /http:\/\//],
  ['http://', /not a valid address/],
  ['http://a b/demo', /not a valid address/],
  ['ftp://chat.example.com/demo', /not ftp/],
  ['javascript://alert(1)', /not javascript/],
  ['https://ada:secret@chat.example.com/demo', /password/],
  ['https://chat.example.com/demo?x-user-key=1', /after the \?/],
])('rejects %s, and says what to do', (text, problem) => {
  expect(parseServer(text).problem).toMatch(problem)
})

test('rejects http addresses on an https page, except local ones', () => {
  const options = { isPageSecure: true }

  expect(parseServer('http://chat.example.com/demo', options).problem).toMatch(/https addresses only/)
  expect(parseServer('http://127.0.0.1:3000/demo', options).problem).toBeUndefined()
  expect(parseServer('https://chat.example.com/demo', options).problem).toBeUndefined()
})
