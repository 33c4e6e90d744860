import { expect, test } from 'vitest'
import { describeStartError } from './describe-start-error.ts'

const options = { port: 3000, data: '/home/me/.parley/parley.db' }

test('names the port that is in use, and how to choose another', () => {
  const error = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', syscall: 'listen' })

  expect(describeStartError(error, options)).toBe(
    'Unable to listen on port 3000; it is in use. ' +
      'Stop the other program, or choose another port: npm start -- --port 3001',
  )
})

test('names the folder that is not writable, even if only the cause contains the code', () => {
  const cause = Object.assign(new Error('permission denied'), { code: 'EACCES', syscall: 'mkdir' })

  expect(describeStartError(new Error('Unable to open the database', { cause }), options)).toBe(
    'Unable to write to the folder "/home/me/.parley" (EACCES). ' +
      'Make it writable, or choose another file: npm start -- --data ./chat.db',
  )
})

test('does not report a privileged port as a folder', () => {
  const error = Object.assign(new Error('listen EACCES'), { code: 'EACCES', syscall: 'listen' })

  expect(describeStartError(error, { ...options, port: 80 })).toMatch(/^Unable to listen on port 80 /)
})

test('describes any other error in one line', () => {
  expect(describeStartError(new Error('Unable to open; it is in use.\n    at somewhere'), options)).toBe(
    'Unable to open; it is in use.',
  )
})
