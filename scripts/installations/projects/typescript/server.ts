import { signUserKey } from '@parley/core/keys'
import { createServer, defineBot } from '@parley/server'
import { startTestServer } from '@parley/server/testing'

const bot = defineBot({ name: 'Echo', onMessage: ({ message, reply }) => reply(message.payload) })

export async function serve(): Promise<string> {
  const chat = await createServer({ data: ':memory:', bots: { demo: { bot } } })
  const { origin } = await chat.listen({ port: 3000 })
  return `${origin}/demo ${await signUserKey({ userId: 'ada', encryptionKey: 'secret' })}`
}

export async function check(): Promise<number> {
  const server = await startTestServer({ bot })
  const sent: number = server.requests.length
  await server.close()
  return sent
}
