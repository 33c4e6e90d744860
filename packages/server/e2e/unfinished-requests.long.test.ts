import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { sendRequest } from './raw-http/send-request.ts'
import { createConversation, createTestUser, sendText } from './raw-http/test-user.ts'
import { startChildServer, temporaryFolder } from './support/child-server.ts'

const mebibyte = 1024 * 1024
const clientCount = 1_500

test.each([
  ['1 MiB, over the limit', mebibyte],
  ['64 KiB, the limit', 64 * 1024],
])('1,500 unfinished bodies of %s use little memory', async (_, length) => {
  using folder = temporaryFolder()
  const server = await startChildServer(folder.file('parley.db'))
  const { pid = 0 } = server.child
  const user = await createTestUser(server.url)
  const conversationId = await createConversation(user)
  const before = residentBytes(pid)
  const sockets: Socket[] = []
  let peak = 0
  let maxWaitMs = 0

  for (let index = 0; index < clientCount; index++) {
    sockets.push(await sendAllButOneByte(server.url, length))
    if (index % 50 === 0) {
      const start = performance.now()
      await sendText(user, conversationId, String(index))
      maxWaitMs = Math.max(maxWaitMs, performance.now() - start)
      peak = Math.max(peak, residentBytes(pid))
    }
  }
  for (const socket of sockets) socket.destroy()
  const { status } = await sendRequest('GET', `${server.url}/hello`)
  await server.stop('SIGTERM')

  process.stdout.write(
    `${clientCount} unfinished bodies of ${length} bytes: ` +
      `${mebibytes(before)} MiB before, ${mebibytes(peak)} MiB peak; ` +
      `longest request of another client: ${maxWaitMs.toFixed(0)} ms\n`,
  )
  expect(status).toBe(200)
  expect(mebibytes(peak - before)).toBeLessThan(250)
})

async function sendAllButOneByte(url: string, length: number): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'connect')
  socket.write(`POST /demo/users HTTP/1.1\r\nhost: x\r\ncontent-length: ${length}\r\n\r\n`)
  const sent = new Promise<void>((resolve) => {
    socket.write(Buffer.alloc(length - 1, 0x20), () => {
      resolve()
    })
    socket.once('close', () => {
      resolve()
    })
  })
  await sent
  return socket
}

function residentBytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / mebibyte)
}
