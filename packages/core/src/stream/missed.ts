import type { Client } from '../client/client.ts'
import type { Message } from '../contract/models.ts'
import type { ChatError } from '../errors/chat-error.ts'
import type { UserSignal } from './chat-signal.ts'
import type { Progress } from './progress.ts'
import type { StreamTarget } from './stream-target.ts'

/** Pages hold 20 messages. */
const maxPages = 50

/** Fetches the messages that a stream could not bring. */
export interface Missed {
  /** Remembers where the conversation stands before the stream begins: what is listed later and is newer was missed. */
  anchor: (signal: AbortSignal) => Promise<void>
  /** The messages that were not seen, among the newest 1,000, as signals, oldest first. */
  fetch: (signal: AbortSignal) => Promise<UserSignal[]>
  /** Takes note of who is a bot: a listed message does not say. */
  learn: (signal: UserSignal) => void
}

export function createMissed(
  { call, abilities }: Client,
  { conversationId, userId, userKey }: StreamTarget,
  { lastId, hasSeen }: Progress,
): Missed {
  const bots = new Map([[userId, false]])
  let anchors = lastId ? new Set([lastId]) : undefined
  const isKnown = ({ id }: Message) => hasSeen(id) || anchors?.has(id)
  const list = (signal: AbortSignal, nextToken?: string) =>
    call('listMessages', { conversationId, nextToken }, { userKey, signal, isRaw: true })

  async function isBot(id: string, signal: AbortSignal): Promise<boolean> {
    const botId = abilities.botId()
    const known = botId ? botId === id : bots.get(id)
    if (known !== undefined) return known
    // The bot is never listed among the participants.
    const answer = await call('getParticipant', { conversationId, userId: id }, { userKey, signal }).then(
      () => false,
      (error: ChatError) => {
        if (error.type !== 'ResourceNotFound') throw error
        return true
      },
    )
    bots.set(id, answer)
    return answer
  }

  return {
    async anchor(signal) {
      anchors ??= new Set((await list(signal)).messages.map(({ id }) => id))
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
      } while (nextToken && ++pages < maxPages)

      // That pages arrive newest first is experience, not a promise. Among equal times it is all there is.
      listed.reverse().sort((one, other) => one.createdAt.localeCompare(other.createdAt))
      const missed: UserSignal[] = []
      for (const message of listed.slice(listed.findIndex(isKnown) + 1)) {
        if (isKnown(message)) continue
        missed.push({
          type: 'message_created',
          data: { ...message, isBot: await isBot(message.userId, signal) },
        })
      }
      return missed
    },

    learn({ type, data }) {
      if (type === 'message_created' || type === 'event_created') bots.set(data.userId, data.isBot)
    },
  }
}
