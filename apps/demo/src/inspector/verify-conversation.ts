import type { ConnectedUser, Message } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import { filter, firstValueFrom, map, merge, take, tap, timer, type Observable } from 'rxjs'
import { compareMessages, isFlawless, type Comparison } from './compare-messages.ts'

export interface VerifyOptions {
  conversationId: string
  /** What the page shows, from now on. */
  shown$: Observable<readonly ChatMessage[]>
  signal: AbortSignal
  /** How long what the list has may still be on its way to the page. Default: 3,000. */
  patienceMs?: number
}

/**
 * Lists all messages of a conversation past everything that keeps them, and compares them with what is shown.
 *
 * @throws ChatError where the list cannot be had.
 */
export async function verifyConversation(
  me: ConnectedUser,
  { conversationId, shown$, signal, patienceMs = 3_000 }: VerifyOptions,
): Promise<Comparison> {
  const { capabilities } = await me.serverInfo({ signal })
  const page = { conversationId, ...(capabilities.includes('limit') && { limit: 100 }) }
  const stored: Message[] = []
  for await (const message of me.listMessages.all(page, { signal })) stored.push(message)
  stored.reverse()

  let latest = compareMessages(stored, [])
  const flawless$ = shown$.pipe(
    map((messages) => compareMessages(stored, messages)),
    tap((comparison) => (latest = comparison)),
    filter(isFlawless),
  )
  return firstValueFrom(merge(flawless$, timer(patienceMs).pipe(map(() => latest))).pipe(take(1)))
}
