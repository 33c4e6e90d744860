import { createChat, type ChatOptions, type ConnectedUser } from '../src/index.ts'
import { user } from './example-models.ts'
import { json, type ScriptedServer } from './scripted-server.ts'

/** Connects as a user of a scripted server, by default without delays between attempts. */
export async function connectTo(
  server: ScriptedServer,
  options: Partial<ChatOptions> = {},
): Promise<ConnectedUser> {
  server.on('POST /users/get-or-create', json(200, { user }))
  const me = await createChat({ random: () => 0, ...options, url: server.url } as ChatOptions).connect({
    userKey: 'key-1',
  })
  server.requests.length = 0
  return me
}
