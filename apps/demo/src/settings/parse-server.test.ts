import { expect, test } from 'vitest'
import { parseServer } from './parse-server.ts'

test.each([
  [' http://127.0.0.1:3000/demo/ ', { url: 'http://127.0.0.1:3000/demo' }],
  ['HTTPS://chat.example.com/bots/one', { url: 'https://chat.example.com/bots/one' }],
  ['0f3c2f1e-7d1a-4b0c-9a55-3f6f2c9f1b11', { webhookId: '0f3c2f1e-7d1a-4b0c-9a55-3f6f2c9f1b11' }],
])('%s is a server', (text, server) => expect(parseServer(text)).toEqual({ server }))

test.each([
  ['', /Enter an address/],
  ['localhost:3000/demo', /begins with http/],
  ['chat.example.com', /neither an address/],
  ['http://', /no address/],
  ['http://a b/demo', /no address/],
  ['ftp://chat.example.com/demo', /not by ftp/],
  ['javascript://alert(1)', /not by javascript/],
  ['https://ada:secret@chat.example.com/demo', /password/],
  ['https://chat.example.com/demo?x-user-key=1', /begins with \?/],
])('%s is none, and the reason says what to do', (text, problem) => {
  expect(parseServer(text).problem).toMatch(problem)
})

test('a secure page says beforehand what its browser would not let it reach', () => {
  const options = { isPageSecure: true }

  expect(parseServer('http://chat.example.com/demo', options).problem).toMatch(/https addresses only/)
  expect(parseServer('http://127.0.0.1:3000/demo', options).problem).toBeUndefined()
  expect(parseServer('https://chat.example.com/demo', options).problem).toBeUndefined()
})
