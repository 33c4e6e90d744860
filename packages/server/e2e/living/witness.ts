import type { ChatMessage, ConversationConnection, LiveConversation } from '@parley/rx'

/** Someone who looks at a conversation all the time, and remembers what was never to be seen. */
export interface Witness {
  readonly messages: readonly ChatMessage[]
  readonly texts: readonly string[]
  readonly connection: ConversationConnection | undefined
  /** What no state may show: a message that came twice, changed, went, or stood in the wrong place. */
  readonly faults: readonly string[]
  /** How often `signals$` brought the creation of each message. */
  readonly heard: ReadonlyMap<string, number>
  readonly discontinuities: number
  stop: () => void
}

/** @param options.mayDraftsGo - As they do with the connection, to be announced anew by the next. */
export function witness(
  conversation: LiveConversation,
  { mayDraftsGo = false }: { mayDraftsGo?: boolean } = {},
): Witness {
  const faults: string[] = []
  const heard = new Map<string, number>()
  /** Every message that was ever shown as sent, as it was then. */
  const known = new Map<string, ChatMessage>()
  let messages: readonly ChatMessage[] = []
  let connection: ConversationConnection | undefined
  let discontinuities = 0

  function look(next: readonly ChatMessage[]): void {
    const keys = new Set<string>()
    const ids = new Set<string>()
    let last = ''
    for (const message of next) {
      if (keys.has(message.key)) faults.push(`the key ${message.key} stood there twice`)
      keys.add(message.key)
      if (message.status !== 'sent') {
        last = '~'
        continue
      }
      if (message.createdAt <= last) faults.push(`${message.id} stood in the wrong place`)
      last = message.createdAt
      ids.add(message.id)
      const former = known.get(message.id)
      if (former && former !== message) faults.push(`${message.id} came again`)
      known.set(message.id, message)
    }
    for (const { key, status } of messages)
      if (!keys.has(key) && !(mayDraftsGo && status === 'streaming')) faults.push(`the key ${key} went`)
    for (const id of known.keys()) if (!ids.has(id)) faults.push(`${id} went`)
    messages = next
  }

  const watching = conversation.messages$.subscribe(look)
  watching.add(conversation.connection$.subscribe((each) => (connection = each)))
  watching.add(
    conversation.signals$.subscribe(({ type, data }) => {
      if (type === 'discontinuity') discontinuities++
      if (type === 'message_created') heard.set(data.id, (heard.get(data.id) ?? 0) + 1)
    }),
  )
  return {
    get messages() {
      return messages
    },
    get texts() {
      return textsOf(messages)
    },
    get connection() {
      return connection
    },
    get discontinuities() {
      return discontinuities
    },
    faults,
    heard,
    stop: () => {
      watching.unsubscribe()
    },
  }
}

export function textsOf(messages: readonly { payload: unknown }[]): string[] {
  return messages.map(({ payload }) => (payload as { text?: string }).text ?? '')
}
