import { createChat, type ChatAddress, type ServerInfo } from '@parley/core'

export interface TestServerOptions {
  signal: AbortSignal
  fetch?: typeof globalThis.fetch
}

/**
 * Asks a server who it is.
 *
 * @throws ChatError where nothing answers, or what answers is not the Chat API.
 */
export async function testServer(
  server: ChatAddress,
  { signal, fetch }: TestServerOptions,
): Promise<ServerInfo> {
  const chat = createChat({
    ...server,
    // Who waits for an answer wants to know the first one.
    retry: { attempts: 1 },
    timeoutMs: 10_000,
    ...(fetch && { fetch }),
  })
  return chat.serverInfo({ signal })
}

/** What was found, in a sentence or two. */
export function foundText({ name, version, bot, capabilities }: ServerInfo): string {
  const who = bot?.name ?? bot?.id
  const found = who === undefined ? 'A server of the Chat API answers.' : `${who} is there.`
  const what = name === undefined ? '' : ` It runs on ${[name, version].filter(Boolean).join(' ')}.`
  const can =
    capabilities.length === 0
      ? ' It names no capabilities beyond the Chat API, as the hosted service does.'
      : ` Abilities: ${capabilities.join(', ')}.`
  return found + what + can
}
