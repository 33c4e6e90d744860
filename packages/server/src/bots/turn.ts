import type { Conversation, Event, User } from '@parley/core/contract'
import type { BotRecord, ConversationRecord, Entry, UserRecord } from '../domain/records.ts'
import type { Hub } from '../signals/hub.ts'
import type { Storage } from '../storage/storage.ts'
import { conversationJson, eventJson, userJson } from '../wire/render.ts'
import { createAnswerStream } from './answer-stream.ts'
import type { AnswerStream, BotDefinition, Turn } from './bot-definition.ts'
import { createSpeaker, publicMessage } from './speaker.ts'

export interface TurnContext {
  readonly bot: BotRecord
  readonly storage: Storage
  readonly hub: Hub
  readonly now: () => number
}

export interface TurnRequest {
  readonly entry: Entry
  readonly conversation: ConversationRecord
  readonly user: UserRecord
  readonly signal: AbortSignal
  /** INV-9: what an interrupted run of this turn had stored, oldest first; it is not stored again. */
  readonly stored: Entry[]
}

const mostHistory = 100

/** Runs the handler for one entry. What it leaves open is aborted, however it ends. */
export async function runTurn(
  definition: BotDefinition,
  request: TurnRequest,
  context: TurnContext,
): Promise<void> {
  const { entry } = request
  const open = new Set<AnswerStream & { isOpen(): boolean }>()
  const turn = createTurn(request, context, open)
  try {
    if (entry.kind === 'message_created')
      await definition.onMessage?.({ ...turn, message: publicMessage(entry) })
    else if (entry.kind === 'event_created') {
      await definition.onEvent?.({ ...turn, event: JSON.parse(eventJson(entry)) as Event })
    } else await definition.onConversation?.(turn)
  } finally {
    for (const stream of open) if (stream.isOpen()) await stream.abort()
  }
}

/** Whether the bot has a handler for it. */
export function isHandled(definition: BotDefinition, entry: Entry): boolean {
  if (entry.isBot) return false
  if (entry.kind === 'message_created') return definition.onMessage !== undefined
  if (entry.kind === 'event_created') return definition.onEvent !== undefined
  return entry.kind === 'conversation_created' && definition.onConversation !== undefined
}

function createTurn(
  { entry, conversation, user, signal, stored }: TurnRequest,
  context: TurnContext,
  open: Set<AnswerStream & { isOpen(): boolean }>,
): Turn {
  const { bot, storage, hub } = context
  const speaker = createSpeaker(storage, { bot, conversation: { key: conversation.key }, turn: entry.number })

  return {
    conversation: JSON.parse(conversationJson(conversation)) as Conversation,
    user: JSON.parse(userJson(user)) as User,
    signal,
    history: async ({ limit = 20 } = {}) => {
      const slice = { beyond: undefined, limit: Math.min(Math.max(limit, 1), mostHistory) }
      return (await storage.reads.messages(conversation, slice)).map(publicMessage)
    },
    reply: async (payload, options = {}) =>
      publicMessage(stored.shift() ?? (await speaker.message(payload, options))),
    sendEvent: async (payload) => {
      if (!stored.shift()) await speaker.event(payload)
    },
    stream: ({ type = 'text' } = {}) => {
      const stream = createAnswerStream(
        {
          type,
          conversationKey: conversation.key,
          conversationId: conversation.id,
          userId: bot.userId,
          createdAt: context.now(),
          stored: stored.shift(),
        },
        { hub, speaker },
      )
      open.add(stream)
      return stream
    },
  }
}
