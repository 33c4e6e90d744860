import type { ChatMessage, ConversationConnection, LiveConversation } from '@parley/rx'

/** Records all states of a conversation, and which of them are never allowed. */
export interface ConversationRecorder {
  readonly messages: readonly ChatMessage[]
  readonly texts: readonly string[]
  readonly connection: ConversationConnection | undefined
  /** Invalid states: a message was duplicated, changed, removed or out of order. */
  readonly violations: readonly string[]
  /** How many `message_created` signals `signals$` delivered for each message id. */
  readonly createdCounts: ReadonlyMap<string, number>
  readonly discontinuities: number
  stop: () => void
}

/**
 * @param options.allowsStreamingRemoval - Accepts that streaming messages disappear. They do so when the connection is
 * lost, until the next connection announces them again.
 */
export function recordConversation(
  conversation: LiveConversation,
  { allowsStreamingRemoval = false }: { allowsStreamingRemoval?: boolean } = {},
): ConversationRecorder {
  const violations: string[] = []
  const createdCounts = new Map<string, number>()
  /** The first state of every message that was shown as sent. */
  const sentMessages = new Map<string, ChatMessage>()
  let messages: readonly ChatMessage[] = []
  let connection: ConversationConnection | undefined
  let discontinuities = 0

  function check(next: readonly ChatMessage[]): void {
    const keys = new Set<string>()
    const ids = new Set<string>()
    let lastCreatedAt = ''
    for (const message of next) {
      if (keys.has(message.key)) violations.push(`the key ${message.key} occurred twice`)
      keys.add(message.key)
      if (message.status !== 'sent') {
        // After every date: messages that are not sent come last.
        lastCreatedAt = '~'
        continue
      }
      if (message.createdAt <= lastCreatedAt) violations.push(`${message.id} was out of order`)
      lastCreatedAt = message.createdAt
      ids.add(message.id)
      const previous = sentMessages.get(message.id)
      if (previous && previous !== message) violations.push(`${message.id} changed`)
      sentMessages.set(message.id, message)
    }
    for (const { key, status } of messages)
      if (!keys.has(key) && !(allowsStreamingRemoval && status === 'streaming'))
        violations.push(`the key ${key} disappeared`)
    for (const id of sentMessages.keys()) if (!ids.has(id)) violations.push(`${id} disappeared`)
    messages = next
  }

  const subscription = conversation.messages$.subscribe(check)
  subscription.add(conversation.connection$.subscribe((value) => (connection = value)))
  subscription.add(
    conversation.signals$.subscribe(({ type, data }) => {
      if (type === 'discontinuity') discontinuities++
      if (type === 'message_created') createdCounts.set(data.id, (createdCounts.get(data.id) ?? 0) + 1)
    }),
  )
  return {
    get messages() {
      return messages
    },
    get texts() {
      return payloadTexts(messages)
    },
    get connection() {
      return connection
    },
    get discontinuities() {
      return discontinuities
    },
    violations,
    createdCounts,
    stop: () => {
      subscription.unsubscribe()
    },
  }
}

export function payloadTexts(messages: readonly { payload: unknown }[]): string[] {
  return messages.map(({ payload }) => (payload as { text?: string }).text ?? '')
}
