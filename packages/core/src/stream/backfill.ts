import type { Client } from '../client/client.ts'
import type { Message } from '../contract/models.ts'
import { dedupeKey, type UserSignal } from './chat-signal.ts'
import type { StreamTarget } from './open-connection.ts'

export type MessageCreated = Extract<UserSignal, { type: 'message_created' }>

const maxMessages = 1_000
/** Servers may return a single message per page if messages are large. */
const maxPages = 1_000

/** Lists the messages that a stream missed and cannot replay. */
export interface Backfill {
  /** Records the newest message before the stream starts: messages that are listed later and are newer were missed. */
  recordStartTime: (signal: AbortSignal) => Promise<void>
  /** Returns the messages not yet seen, among the newest 1,000, as signals, oldest first. */
  listMissed: (signal: AbortSignal) => Promise<MessageCreated[]>
  /** Records who is a user rather than a bot, as listed messages lack `isBot`. */
  recordUser: (signal: UserSignal) => void
}

export function createBackfill(
  { call, capabilities }: Client,
  { conversationId, userId: ownId, userKey }: StreamTarget,
  { after, hasSeen }: { after: string | undefined; hasSeen: (messageId: string) => boolean },
): Backfill {
  /** The ids of users who are not bots. */
  const userIds = new Set([ownId])
  /** The time of the newest message before the stream. Times increase strictly, even after deletions. */
  let startTime = ''
  let hasStart = after !== undefined
  const isSeen = ({ id, createdAt }: Message) => hasSeen(id) || id === after || createdAt <= startTime
  const list = (signal: AbortSignal, nextToken?: string) =>
    call('listMessages', { conversationId, nextToken }, { userKey, signal, isRaw: true })

  return {
    async recordStartTime(signal) {
      if (hasStart) return
      const { messages } = await list(signal)
      for (const { createdAt } of messages) if (createdAt > startTime) startTime = createdAt
      hasStart = true
    },

    async listMissed(signal) {
      const listed: Message[] = []
      let nextToken: string | undefined
      let pageCount = 0
      do {
        // Take the whole page: the hosted service can lose a signal between two that it delivered.
        const { messages, meta } = await list(signal, nextToken)
        listed.push(...messages)
        nextToken = messages.some(isSeen) ? undefined : meta.nextToken
      } while (nextToken && listed.length < maxMessages && ++pageCount < maxPages)

      // The hosted service lists newest first but does not document it. Messages with equal times keep that order.
      listed.reverse().sort((a, b) => compareTimes(a.createdAt, b.createdAt))
      const botId = capabilities.botId()
      return listed
        .slice(listed.findIndex(isSeen) + 1)
        .filter((message) => !isSeen(message))
        .map((message) => {
          const { userId } = message
          // If the server does not name its bot, every sender that is not a known user counts as a bot.
          const isBot = botId ? botId === userId : !userIds.has(userId)
          return { type: 'message_created', data: { ...message, isBot } }
        })
    },

    recordUser({ type, data }) {
      if ((type === 'message_created' || type === 'event_created') && !data.isBot) userIds.add(data.userId)
    },
  }
}

function compareTimes(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/**
 * Merges missed messages with the signals that arrived while they were listed, by time: the list can contain messages
 * that are newer than those signals. The signals keep their order; those without a time follow the one before them.
 */
export function mergeMissed(arrived: readonly UserSignal[], messages: MessageCreated[]): UserSignal[] {
  const keys = new Set(arrived.map(dedupeKey))
  const times = arrived.map(({ data }) => (data as { createdAt?: string } | null)?.createdAt ?? '')
  /** Missed messages come before the signals if none of them has a time. */
  let latest = times.find(Boolean) ?? '~'
  const timed = arrived.map((signal, index): [string, UserSignal] => {
    const time = times[index] ?? ''
    if (time > latest) latest = time
    return [latest, signal]
  })
  for (const message of messages)
    if (!keys.has(dedupeKey(message))) timed.push([message.data.createdAt, message])
  return timed.sort(([a], [b]) => compareTimes(a, b)).map(([, signal]) => signal)
}
