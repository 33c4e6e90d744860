import type { ConnectedUser, Message } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import { filter, firstValueFrom, map, merge, take, tap, timer, type Observable } from 'rxjs'
import { compareMessages, isConsistent, type Comparison } from './compare-messages.ts'

export interface VerifyOptions {
  conversationId: string
  /** The messages that the page shows. */
  shown$: Observable<readonly ChatMessage[]>
  signal: AbortSignal
  /** How long listed messages may take to appear on the page. Default: 3,000. */
  timeoutMs?: number
}

/**
 * Lists all messages of a conversation, bypassing all caches, and compares them with the shown ones.
 *
 * @throws ChatError if the list cannot be loaded.
 */
export async function verifyConversation(
  me: ConnectedUser,
  { conversationId, shown$, signal, timeoutMs = 3_000 }: VerifyOptions,
): Promise<Comparison> {
  const { capabilities } = await me.serverInfo({ signal })
  const page = { conversationId, ...(capabilities.includes('limit') && { limit: 100 }) }
  const stored: Message[] = []
  for await (const message of me.listMessages.all(page, { signal })) stored.push(message)
  stored.reverse()

  let latest = compareMessages(stored, [])
  const consistent$ = shown$.pipe(
    map((messages) => compareMessages(stored, messages)),
    tap((comparison) => (latest = comparison)),
    filter(isConsistent),
  )
  return firstValueFrom(merge(consistent$, timer(timeoutMs).pipe(map(() => latest))).pipe(take(1)))
}
