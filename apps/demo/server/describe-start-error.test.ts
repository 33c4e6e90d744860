import { expect, test } from 'vitest'
import { describeStartError } from './describe-start-error.ts'

const options = { port: 3000, data: '/home/me/.parley/parley.db' }

test('a taken port says which, and how to take another', () => {
  const error = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', syscall: 'listen' })

  expect(describeStartError(error, options)).toBe(
    'Port 3000 is taken. Stop what uses it, or take another: npm start -- --port 3001',
  )
})

test('a folder that cannot be written says which, also where the database says so', () => {
  const cause = Object.assign(new Error('permission denied'), { code: 'EACCES', syscall: 'mkdir' })

  expect(describeStartError(new Error('Unable to open the database', { cause }), options)).toBe(
    'The folder /home/me/.parley cannot be written (EACCES). Make it writable, or keep the data elsewhere: npm start -- --data ./chat.db',
  )
})

test('a port for the powerful only is not mistaken for a folder', () => {
  const error = Object.assign(new Error('listen EACCES'), { code: 'EACCES', syscall: 'listen' })

  expect(describeStartError(error, { ...options, port: 80 })).toMatch(/^Port 80 may not be used/)
})

test('any other problem is told in one line', () => {
  expect(describeStartError(new Error('Unable to open; it is in use.\n    at somewhere'), options)).toBe(
    'Unable to open; it is in use.',
  )
})
