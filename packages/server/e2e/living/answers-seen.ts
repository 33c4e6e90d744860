import type { ChatMessage, LiveConversation } from '@parley/rx'

/** All that was ever shown of a bot's one answer. */
export interface AnswersSeen {
  /** Its texts, one after the other, as they differed. */
  readonly texts: readonly string[]
  readonly keys: ReadonlySet<string>
  readonly latest: { readonly status: ChatMessage['status']; readonly text: string } | undefined
  /** Whether two stood there at once, as a draft that was not replaced does. */
  readonly isDoubled: boolean
  stop: () => void
}

export function seeAnswers(conversation: LiveConversation, botId = 'bot_demo'): AnswersSeen {
  const texts: string[] = []
  const keys = new Set<string>()
  let latest: AnswersSeen['latest']
  let isDoubled = false
  const watching = conversation.messages$.subscribe((messages) => {
    const [answer, ...more] = messages.filter(({ userId }) => userId === botId)
    isDoubled ||= more.length > 0
    latest = undefined
    if (answer?.payload.type !== 'text') return
    const { text } = answer.payload
    keys.add(answer.key)
    latest = { status: answer.status, text }
    if (texts.at(-1) !== text) texts.push(text)
  })
  return {
    texts,
    keys,
    get latest() {
      return latest
    },
    get isDoubled() {
      return isDoubled
    },
    stop: () => {
      watching.unsubscribe()
    },
  }
}
