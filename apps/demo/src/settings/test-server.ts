import { createChat, type ChatAddress, type ServerInfo } from '@parley/core'

export interface TestServerOptions {
  signal: AbortSignal
  fetch?: typeof globalThis.fetch
}

/**
 * Loads the server info to test a connection.
 *
 * @throws ChatError if there is no response, or the server is not a server of the Chat API.
 */
export async function testServer(
  server: ChatAddress,
  { signal, fetch }: TestServerOptions,
): Promise<ServerInfo> {
  const chat = createChat({
    ...server,
    // Report the first failure, as the user is waiting.
    retry: { attempts: 1 },
    timeoutMs: 10_000,
    ...(fetch && { fetch }),
  })
  return chat.serverInfo({ signal })
}

/** Describes a server in one or two sentences. */
export function formatServerInfo({ name, version, bot, capabilities }: ServerInfo): string {
  const botName = bot?.name ?? bot?.id
  const summary =
    botName === undefined ? 'Connected to a server of the Chat API.' : `Connected to ${botName}.`
  const software = name === undefined ? '' : ` Server: ${[name, version].filter(Boolean).join(' ')}.`
  const extensions =
    capabilities.length === 0 ? ' No extra capabilities.' : ` Capabilities: ${capabilities.join(', ')}.`
  return summary + software + extensions
}
