import { createChat, type ChatOptions, type ConnectedUser } from '@parley/core'
import type { FakeHostedService } from './fake-hosted-service-controls.ts'

/** Connects with short backoff delays, but the default idle timeout: a test machine may stall for seconds. */
export async function connectUser(
  service: FakeHostedService,
  userKey: string,
  options: Partial<Pick<ChatOptions, 'random' | 'idleTimeoutMs' | 'fetch' | 'schemas'>> = {},
): Promise<ConnectedUser> {
  const chat = createChat({
    url: service.url,
    retry: { attempts: 1 },
    random: () => 0.02,
    ...options,
  })
  return chat.connect({ userKey })
}

/** Waits until the condition is true, or the test times out. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2))
}

export function getTexts(messages: readonly { payload: unknown }[]): unknown[] {
  return messages.map(({ payload }) => (payload as { text?: unknown }).text)
}
