import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createServer } from '../src/index.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

test('a connection still works after the idle timeout of common load balancers', async () => {
  const chat = await createServer({ data: ':memory:', bots: { demo: {} }, logger: createRecordingLogger() })
  const { port } = await chat.listen({ port: 0 })
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.on('data', (bytes: Buffer) => (received += bytes.toString()))
  const create = 'POST /demo/users HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}'
  const responses = () => received.match(/HTTP\/1\.1 \d+/g)

  socket.write(create)
  await expect.poll(responses).toEqual(['HTTP/1.1 201'])
  // This test needs the real idle time.
  await delay(61_000)
  socket.write(create)
  await expect.poll(responses).toEqual(['HTTP/1.1 201', 'HTTP/1.1 201'])

  socket.destroy()
  await chat.close()
})
