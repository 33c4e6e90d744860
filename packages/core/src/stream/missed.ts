import type { Client } from '../client/client.ts'
import type { Message } from '../contract/models.ts'
import type { UserSignal } from './chat-signal.ts'
import type { Progress } from './progress.ts'
import type { StreamTarget } from './stream-target.ts'

export type MessageCreated = Extract<UserSignal, { type: 'message_created' }>

const maxMessages = 1_000
/** A page may hold a single message where messages are large. */
const maxPages = 1_000

/** Fetches the messages that a stream could not bring. */
export interface Missed {
  /** Remembers where the conversation stands before the stream begins: what is listed later and is newer was missed. */
  anchor: (signal: AbortSignal) => Promise<void>
  /** The messages that were not seen, among the newest 1,000, as signals, oldest first. */
  fetch: (signal: AbortSignal) => Promise<MessageCreated[]>
  /** Takes note of who is a bot: a listed message does not say. */
  learn: (signal: UserSignal) => void
}

export function createMissed(
  { call, capabilities }: Client,
  { conversationId, userId: ownId, userKey }: StreamTarget,
  { lastId, hasSeen }: Progress,
): Missed {
  const people = new Set([ownId])
  /** The time of the newest message before all this: times rise strictly within a conversation, and outlive deletions. */
  let floor = ''
  let isAnchored = lastId !== undefined
  const isKnown = ({ id, createdAt }: Message) => hasSeen(id) || id === lastId || createdAt <= floor
  const list = (signal: AbortSignal, nextToken?: string) =>
    call('listMessages', { conversationId, nextToken }, { userKey, signal, isRaw: true })

  return {
    async anchor(signal) {
      if (isAnchored) return
      const { messages } = await list(signal)
      for (const { createdAt } of messages) if (createdAt > floor) floor = createdAt
      isAnchored = true
    },

    async fetch(signal) {
      const listed: Message[] = []
      let nextToken: string | undefined
      let pages = 0
      do {
        // A page is looked at whole: the hosted service may have lost a signal between two that it sent.
        const { messages, meta } = await list(signal, nextToken)
        listed.push(...messages)
        nextToken = messages.some(isKnown) ? undefined : meta.nextToken
      } while (nextToken && listed.length < maxMessages && ++pages < maxPages)

      // That pages arrive newest first is experience, not a promise. Among equal times it is all there is.
      listed.reverse().sort((one, other) => one.createdAt.localeCompare(other.createdAt))
      const botId = capabilities.botId()
      return listed
        .slice(listed.findIndex(isKnown) + 1)
        .filter((message) => !isKnown(message))
        .map((message) => {
          const { userId } = message
          // Where the server does not say who its bot is, whoever was not heard as a person is taken for it.
          const isBot = botId ? botId === userId : !people.has(userId)
          return { type: 'message_created', data: { ...message, isBot } }
        })
    },

    learn({ type, data }) {
      if ((type === 'message_created' || type === 'event_created') && !data.isBot) people.add(data.userId)
    },
  }
}
