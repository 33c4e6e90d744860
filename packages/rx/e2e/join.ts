import { createChat, type ChatOptions, type ConnectedUser } from '@parley/core'
import type { HostedService } from './hosted-service-switches.ts'

/** Waits are short, and as random as the seed says. */
export async function join(
  service: HostedService,
  userKey: string,
  options: Partial<Pick<ChatOptions, 'random' | 'silenceMs' | 'clock' | 'fetch' | 'schemas'>> = {},
): Promise<ConnectedUser> {
  const chat = createChat({
    url: service.url,
    silenceMs: 400,
    timeoutMs: 2_000,
    retry: { attempts: 1 },
    random: () => 0.02,
    ...options,
  })
  return chat.connect({ userKey })
}

/** Waits for what is expected; the test's time-out is the limit. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2))
}

export function textsOf(messages: readonly { payload: unknown }[]): unknown[] {
  return messages.map(({ payload }) => (payload as { text?: unknown }).text)
}
