import type { UnsentMessage } from './chat-message.ts'
import { itemAt } from './position.ts'
import { add, forbid, type Draft } from './sent-messages.ts'
import type { SendInput, UnsentInput } from './timeline-input.ts'

/** What became of an own message. Of one that was settled already, by its echo say, nothing else can become. */
export function foldSend(draft: Draft, input: SendInput): void {
  if (input.type === 'queued') {
    const sends = input.sends.filter((send) => !isKnown(draft, send)).map((send) => unsentOf(draft, send))
    if (sends.length === 0) return
    // What is left from before a reload was sent before anything else.
    draft.unsent = input.isRestored ? [...sends, ...draft.unsent] : [...draft.unsent, ...sends]
    return
  }
  // Another tab may not know yet, and tell of it as unsent.
  if (input.type === 'discarded') forbid(draft, input.key)
  const send = draft.unsent.find(({ key }) => key === input.key)
  if (!send) return
  if (input.type === 'answered') return add(draft, input.message, { key: input.key })

  const others = draft.unsent.filter((each) => each !== send)
  if (input.type === 'discarded') draft.unsent = others
  else if (input.type === 'retried') {
    const { error, ...rest } = send
    if (error) draft.unsent = [...others, { ...rest, status: 'sending' }]
  } else if (send.status === 'sending') {
    const failed: UnsentMessage = { ...send, status: 'failed', error: input.error }
    draft.unsent = draft.unsent.map((each) => (each === send ? failed : each))
  }
}

function isKnown({ userId, unsent, gone, hints, sent }: Draft, { key }: UnsentInput): boolean {
  return (
    gone.has(key) ||
    unsent.some((each) => each.key === key) ||
    (hints.get(`${userId} ${key}`) ?? []).some((each) => itemAt(sent, each) !== undefined)
  )
}

function unsentOf(
  { conversationId, userId }: Draft,
  { key, payload, metadata, error }: UnsentInput,
): UnsentMessage {
  const message = { key, conversationId, userId, payload, metadata: { ...metadata, clientMessageId: key } }
  return error ? { ...message, status: 'failed', error } : { ...message, status: 'sending' }
}
