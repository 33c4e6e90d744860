import type { UnsentMessage } from './chat-message.ts'
import { keyName, named } from './names.ts'
import { add, forbid, isGone } from './sent-messages.ts'
import type { SendInput, UnsentInput } from './timeline-input.ts'
import type { Draft } from './timeline.ts'
import { without } from './without.ts'

/** What became of an own message. Of one that was settled already, by its echo say, nothing else can become. */
export function foldSend(draft: Draft, input: SendInput): void {
  if (input.type === 'queued') {
    const pending = new Set([...draft.unsent, ...draft.written].map(({ key }) => key))
    const isKnown = ({ key }: UnsentInput): boolean =>
      isGone(draft, key) || pending.has(key) || named(draft, keyName(key)).length > 0
    const sends = input.sends.filter((send) => !isKnown(send)).map((send) => unsentOf(draft, send))
    if (sends.length === 0) return
    // What is left from before a reload was sent before anything else.
    draft.unsent = input.isRestored ? [...sends, ...draft.unsent] : [...draft.unsent, ...sends]
    return
  }
  const { type, key } = input
  // Another tab may not know yet, and tell of it as unsent.
  if (type === 'discarded') forbid(draft, key)
  const send = draft.unsent.find((each) => each.key === key)
  if (!send) return
  if (type === 'answered') return add(draft, input.message, { key })

  const { error, ...rest } = send
  const others = without(draft.unsent, (each) => each === send)
  if (type === 'discarded') draft.unsent = others
  else if (type === 'retried' && error) draft.unsent = [...others, { ...rest, status: 'sending' }]
  else if (type === 'failed' && !error)
    draft.unsent = draft.unsent.map((each) =>
      each === send ? { ...rest, status: 'failed', error: input.error } : each,
    )
}

function unsentOf(
  { conversationId, userId }: Draft,
  { key, payload, metadata, error }: UnsentInput,
): UnsentMessage {
  const message = { key, conversationId, userId, payload, metadata: { ...metadata, clientMessageId: key } }
  return error ? { ...message, status: 'failed', error } : { ...message, status: 'sending' }
}
