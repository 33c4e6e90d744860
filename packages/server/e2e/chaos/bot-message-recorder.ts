import type { ChatMessage, LiveConversation } from '@parley/rx'

/** Records each state of the bot's message as a conversation shows it. The bot may send only one message. */
export interface BotMessageRecorder {
  /** The texts of the message, without repeats of the same text. */
  readonly texts: readonly string[]
  readonly keys: ReadonlySet<string>
  readonly latest: { readonly status: ChatMessage['status']; readonly text: string } | undefined
  /** Whether two messages of the bot were visible at once, such as a stale streaming message next to the stored one. */
  readonly hasDuplicate: boolean
  stop: () => void
}

export function recordBotMessages(conversation: LiveConversation, botId = 'bot_demo'): BotMessageRecorder {
  const texts: string[] = []
  const keys = new Set<string>()
  let latest: BotMessageRecorder['latest']
  let hasDuplicate = false
  const subscription = conversation.messages$.subscribe((messages) => {
    const [message, ...duplicates] = messages.filter(({ userId }) => userId === botId)
    hasDuplicate ||= duplicates.length > 0
    latest = undefined
    if (message?.payload.type !== 'text') return
    const { text } = message.payload
    keys.add(message.key)
    latest = { status: message.status, text }
    if (texts.at(-1) !== text) texts.push(text)
  })
  return {
    texts,
    keys,
    get latest() {
      return latest
    },
    get hasDuplicate() {
      return hasDuplicate
    },
    stop: () => {
      subscription.unsubscribe()
    },
  }
}
