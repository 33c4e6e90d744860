import type { UnsentMessage } from './chat-message.ts'
import { keyName, named } from './names.ts'
import { add, forbid, isGone } from './sent-messages.ts'
import type { QueuedInput, SendInput, UnsentInput } from './timeline-input.ts'
import type { Draft } from './timeline.ts'
import { without } from './without.ts'

/** What became of an own message. Of one that was settled already, by its echo say, nothing else can become. */
export function foldSend(draft: Draft, input: SendInput): void {
  if (input.type === 'queued') {
    draft.unsent = withQueued(draft, input)
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

/** What is unsent, with what is new of `sends`. The same list where nothing is. */
function withQueued(draft: Draft, { sends, isRestored = false }: QueuedInput): readonly UnsentMessage[] {
  const { unsent, written } = draft
  const known = new Map(unsent.map((each) => [each.key, each]))
  const isOver = (key: string): boolean =>
    isGone(draft, key) || named(draft, keyName(key)).length > 0 || written.some((each) => each.key === key)
  const listed = new Map<string, UnsentMessage>()
  for (const send of sends) {
    const { key } = send
    const pending = known.get(key) ?? (isOver(key) ? undefined : unsentOf(draft, send))
    if (pending) listed.set(key, pending)
  }
  const all = [...listed.values()]
  if (all.every(({ key }) => known.has(key))) return unsent
  // A list that has known messages gives the order in which they were sent: one may have been handed over here before it came.
  const isFirst = isRestored || all.some(({ key }) => known.has(key))
  const others = unsent.filter(({ key }) => !listed.has(key))
  return isFirst ? [...all, ...others] : [...others, ...all]
}

function unsentOf(
  { conversationId, userId }: Draft,
  { key, payload, metadata, error }: UnsentInput,
): UnsentMessage {
  const message = { key, conversationId, userId, payload, metadata: { ...metadata, clientMessageId: key } }
  return error ? { ...message, status: 'failed', error } : { ...message, status: 'sending' }
}
