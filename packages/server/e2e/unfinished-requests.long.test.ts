import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { sendRequest } from './raw-http/send-request.ts'
import { createConversation, createTestUser, sendText } from './raw-http/test-user.ts'
import { startChildServer, temporaryFolder } from './support/child-server.ts'

const mebibyte = 1024 * 1024
const callers = 1_500

test.each([
  ['1 MiB, which no user needs', mebibyte],
  ['64 KiB, which a user may have', 64 * 1024],
])('1,500 clients without a key that never finish a body of %s occupy little memory', async (_, length) => {
  using folder = temporaryFolder()
  const server = await startChildServer(folder.file('parley.db'))
  const { pid = 0 } = server.child
  const person = await createTestUser(server.url)
  const conversationId = await createConversation(person)
  const before = residentBytes(pid)
  const sockets: Socket[] = []
  let peak = 0
  let longestWaitMs = 0

  for (let index = 0; index < callers; index++) {
    sockets.push(await sendAllButOneByte(server.url, length))
    if (index % 50 === 0) {
      const start = performance.now()
      await sendText(person, conversationId, String(index))
      longestWaitMs = Math.max(longestWaitMs, performance.now() - start)
      peak = Math.max(peak, residentBytes(pid))
    }
  }
  for (const socket of sockets) socket.destroy()
  const { status } = await sendRequest('GET', `${server.url}/hello`)
  await server.stop('SIGTERM')

  process.stdout.write(
    `${callers} unfinished bodies of ${length} bytes: ${mebibytes(before)} MiB before, ${mebibytes(peak)} MiB at most; ` +
      `longest wait of another caller: ${longestWaitMs.toFixed(0)} ms\n`,
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
