import type { Event, Message, Payload } from '@parley/core/contract'
import { publicMessage } from '../bots/bot-writer.ts'
import type { FinishedTurn } from '../bots/turn.ts'
import { createUserKeySigner } from '../http/authentication.ts'
import { eventJson } from '../wire/render.ts'

/** What a bot sent in one turn. */
export interface Answer {
  /** The texts of the messages, separated by line breaks. */
  readonly text: string
  /** Oldest first. */
  readonly messages: readonly Message[]
  /** The payloads of the events. */
  readonly events: readonly Record<string, unknown>[]
  /** The message that was answered. */
  readonly question: Message
  /**
   * Whether the turn was stopped: by a user, or by a newer message with `onBusy: 'interrupt'`. A question that waits
   * while a newer one arrives gets no turn of its own: its answer is empty.
   */
  readonly isStopped: boolean
}

export interface AskOptions {
  /** The conversation, created if it does not exist. Default: one conversation for all calls. */
  readonly conversationId?: string
  /** How long the turn may take, in milliseconds. Default: 4 s, which is less than the timeout of most test runners. */
  readonly timeoutMs?: number
}

/** A turn that failed: its handler threw, or took too long. */
export interface TurnFailure {
  readonly error: unknown
  readonly conversationId: string
  /** What the turn handled; both are undefined for a new conversation. */
  readonly message?: Message
  readonly event?: Event
  /** What the bot sent, including the message about the failure. */
  readonly messages: readonly Message[]
}

export interface Asker {
  readonly ask: (question: string | Payload, options?: AskOptions) => Promise<Answer>
  readonly failedTurns: readonly TurnFailure[]
  onTurnFinished(turn: FinishedTurn): void
}

const defaultConversationId = 'ask'
const defaultTimeoutMs = 4_000
const userId = 'asker'
/** Node runs timers with a longer delay at once. */
const maxTimeoutMs = 2 ** 31 - 1

/** Asks the bot at `url` over HTTP, as one user. */
export function createAsker(options: {
  url: () => string
  /** The secret of the bot, if only its owner can create users. */
  personalKey: string | undefined
  hasMessageHandler: boolean
}): Asker {
  const failedTurns: TurnFailure[] = []
  /** The turns that finished while questions were pending: a turn may finish before the response to its message. */
  const finished = new Map<string, FinishedTurn>()
  const waiting = new Map<string, (turn: FinishedTurn) => void>()
  let pendingCount = 0
  let user: Promise<string> | undefined
  const conversations = new Map<string, Promise<unknown>>()

  const post = async (path: string, body: object, userKey?: string): Promise<Record<string, unknown>> => {
    const headers = {
      'content-type': 'application/json',
      ...(userKey === undefined ? {} : { 'x-user-key': userKey }),
    }
    const response = await fetch(`${options.url()}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    const result = (await response.json()) as Record<string, unknown>
    if (response.ok) return result
    throw new Error(
      `Unable to ask the bot; POST ${path} failed with ${response.status}: ${String(result['message'])}`,
    )
  }
  const createUser = async (): Promise<string> => {
    if (options.personalKey === undefined) return String((await post('/users', {}))['key'])
    const signer = createUserKeySigner({ secret: options.personalKey, webhookId: 'demo', now: Date.now })
    const key = await signer.sign({ id: userId, keyNonce: undefined })
    await post('/users/get-or-create', {}, key)
    return key
  }
  const createConversation = (id: string, userKey: string): Promise<unknown> => {
    const created = conversations.get(id) ?? post('/conversations/get-or-create', { id }, userKey)
    conversations.set(id, created)
    return created
  }
  const turnFinished = (id: string, text: string, timeoutMs: number): Promise<FinishedTurn> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => {
          waiting.delete(id)
          reject(
            new Error(
              `Unable to get an answer to ${text}; the turn has not finished after ${timeoutMs} ms. ` +
                'If the bot needs longer, increase timeoutMs.',
            ),
          )
        },
        Math.min(timeoutMs, maxTimeoutMs),
      )
      const finish = (turn: FinishedTurn): void => {
        clearTimeout(timer)
        waiting.delete(id)
        resolve(turn)
      }
      const turn = finished.get(id)
      if (turn) finish(turn)
      else waiting.set(id, finish)
    })

  const ask: Asker['ask'] = async (
    question,
    { conversationId = defaultConversationId, timeoutMs = defaultTimeoutMs } = {},
  ) => {
    if (!options.hasMessageHandler)
      throw new Error(
        'Unable to ask the bot; it has no onMessage. Pass a bot with onMessage to startTestServer.',
      )
    const text = JSON.stringify(typeof question === 'string' ? question : question.type)
    pendingCount++
    try {
      const userKey = await (user ??= createUser())
      await createConversation(conversationId, userKey)
      const payload = typeof question === 'string' ? { type: 'text', text: question } : question
      const { message } = (await post('/messages', { conversationId, payload }, userKey)) as {
        message: Message
      }
      const turn = await turnFinished(message.id, text, timeoutMs)
      if (turn.failure) {
        const { error } = turn.failure
        const reason = error instanceof Error ? error.message : String(error)
        throw new Error(`Unable to get an answer to ${text}; the turn failed: ${reason}`, { cause: error })
      }
      return createAnswer(message, turn)
    } finally {
      pendingCount--
      if (pendingCount === 0) finished.clear()
    }
  }

  return {
    ask,
    failedTurns,
    onTurnFinished: (turn) => {
      const { entry, failure } = turn
      if (failure) failedTurns.push({ ...createFailure(turn), error: failure.error })
      if (entry.kind !== 'message_created' || pendingCount === 0) return
      const { id } = publicMessage(entry)
      finished.set(id, turn)
      waiting.get(id)?.(turn)
    },
  }
}

function createAnswer(question: Message, turn: FinishedTurn): Answer {
  const messages = sentMessages(turn)
  const texts = messages.flatMap(({ payload }) => {
    if (payload.type === 'text') return [payload.text]
    return payload.type === 'markdown' ? [payload.markdown] : []
  })
  const events = turn.outputs
    .filter(({ kind }) => kind === 'event_created')
    .map(({ payload }) => JSON.parse(payload) as Record<string, unknown>)
  return { text: texts.join('\n'), messages, events, question, isStopped: turn.isStopped }
}

function createFailure(turn: FinishedTurn): Omit<TurnFailure, 'error'> {
  const { entry } = turn
  return {
    conversationId: entry.conversationId,
    ...(entry.kind === 'message_created' ? { message: publicMessage(entry) } : {}),
    ...(entry.kind === 'event_created' ? { event: JSON.parse(eventJson(entry)) as Event } : {}),
    messages: sentMessages(turn),
  }
}

function sentMessages({ outputs }: FinishedTurn): Message[] {
  return outputs.filter(({ kind }) => kind === 'message_created').map(publicMessage)
}
