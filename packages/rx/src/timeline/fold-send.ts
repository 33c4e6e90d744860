import type { PendingMessage } from './chat-message.ts'
import { keyName, named } from './names.ts'
import { add, forbid, isGone } from './sent-messages.ts'
import type { QueuedInput, SendInput, UnsentInput } from './timeline-input.ts'
import type { Draft } from './timeline.ts'
import { without } from './without.ts'

/** What became of an own message. Of one that was settled already, by its echo say, nothing else can become. */
export function foldSend(draft: Draft, input: SendInput): void {
  if (input.type === 'queued') return enqueue(draft, input)
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

/** Adds the new messages of a list, in its order: of its messages, some may have been handed over here before it came. */
function enqueue(draft: Draft, { sends, isRestored }: QueuedInput): void {
  const { unsent, written } = draft
  const places = new Map(sends.map(({ key }, index) => [key, index]))
  const pending = new Set([...unsent, ...written].map(({ key }) => key))
  const added = sends.filter(
    ({ key }) => !(isGone(draft, key) || pending.has(key) || named(draft, keyName(key))[0]),
  )
  if (!added[0]) return
  const all = [...unsent, ...added.map((send) => unsentOf(draft, send))]
  const placeOf = ({ key }: PendingMessage): number => places.get(key) ?? sends.length
  // Restored messages were sent before anything else.
  draft.unsent =
    isRestored || unsent.some(({ key }) => places.has(key))
      ? all.sort((one, other) => placeOf(one) - placeOf(other))
      : all
}

function unsentOf(
  { conversationId, userId }: Draft,
  { key, payload, metadata, error }: UnsentInput,
): PendingMessage {
  const message = { key, conversationId, userId, payload, metadata: { ...metadata, clientMessageId: key } }
  return error ? { ...message, status: 'failed', error } : { ...message, status: 'sending' }
}
