import type { Event } from '@parley/core/contract'
import type { LastMessage } from '../domain/entry-commands.ts'
import type { ConversationRecord, LogEntry, UserRecord } from '../domain/records.ts'
import type { Storage } from '../domain/storage.ts'
import { eventJson, type EntryKind } from '../wire/render.ts'
import type { BotDefinition, FailedTurn, Turn } from './bot-definition.ts'
import { publicMessage } from './bot-writer.ts'
import { createHandlerTurn, failedMetadata, type HandlerTurn, type TurnContext } from './handler-turn.ts'

export interface TurnRequest {
  readonly entry: LogEntry
  readonly conversation: ConversationRecord
  readonly user: UserRecord
  /** Aborts with one of `abortReasons`. */
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly previous: PreviousOutputs
  readonly isConversationDeleted: () => boolean
}

/** INV-9: what an interrupted run stored. It is not stored again. */
export interface PreviousOutputs {
  /** The `seq` of each message and event that the run has not returned to the handler yet, oldest first. */
  readonly outputs: number[]
  readonly hasMessage: boolean
  /** Whether the run had failed, and the user was told. Then the turn does not run again. */
  readonly hasFailureMessage: boolean
}

/** A turn whose handler was called. */
export interface TurnRun {
  /** Resolves when the handlers have settled, or some time after the signal aborted. Never rejects. */
  readonly finished: Promise<TurnOutcome>
  /**
   * Ends the turn for its conversation: stores the text so far of its open streams, and rejects further messages of the
   * handler.
   *
   * @param store - Stores the messages together with the end of the turn.
   */
  stop(store: (messages: LastMessage[]) => Promise<LogEntry[]>): Promise<void>
}

interface TurnOutcome {
  /** The failure of the handler. */
  readonly failure?: { readonly error: unknown }
  /** To store together with the end of the turn. */
  readonly messages: readonly LastMessage[]
}

/** Why the server aborts a turn. None of them is a failure of the turn. */
export const abortReasons: Readonly<
  Record<'serverStopping' | 'conversationDeleted' | 'userDeleted' | 'stoppedByUser', Error>
> = {
  serverStopping: new Error('the server is stopping'),
  conversationDeleted: new Error('the conversation was deleted'),
  userDeleted: new Error('the user was deleted'),
  stoppedByUser: new Error('a user stopped the turn'),
}

/** How long a handler may keep running after its signal has aborted. */
const abortTimeoutMs = 2_000
/** How long `onError` may take. */
const errorTimeoutMs = 30_000

/**
 * Calls the handler for one entry, and `onError` if it fails. When a handler has finished, streams that are still open
 * are aborted.
 */
export function startTurn(definition: BotDefinition, request: TurnRequest, context: TurnContext): TurnRun {
  const { entry, conversation, signal, previous } = request
  const fields = { bot: context.bot.userId, conversationId: conversation.id }
  let current: HandlerTurn | undefined
  let hasSent = previous.hasMessage

  const call = async (
    handler: (turn: Turn) => unknown,
    limits: CallLimits,
  ): Promise<TurnOutcome['failure']> => {
    const timeout = new AbortController()
    const handlerTurn = createHandlerTurn(
      {
        ...request,
        previousOutputs: limits.isFailed ? [] : previous.outputs,
        signal: AbortSignal.any([signal, timeout.signal]),
        isFailed: limits.isFailed,
      },
      context,
    )
    current = handlerTurn
    const failure = await callHandler(() => handler(handlerTurn.turn), {
      handlerTurn,
      request,
      timeout,
      ...limits,
    })
    hasSent = (await handlerTurn.close()) || hasSent
    return failure
  }

  const run = async (): Promise<TurnOutcome> => {
    const { trigger, handler } = findHandler(definition, entry)
    const failure = await call(handler, { timeoutMs: request.timeoutMs, isFailed: false })
    if (!failure) return { messages: [] }
    context.logger.error({ err: failure.error, ...fields }, 'a turn of the bot failed; it is not retried')
    const { onError } = definition
    if (onError && !signal.aborted) {
      const errorFailure = await call((turn) => onError(failure.error, { ...turn, ...trigger }), {
        timeoutMs: errorTimeoutMs,
        isFailed: true,
      })
      if (errorFailure)
        context.logger.error({ err: errorFailure.error, ...fields }, 'onError of the bot failed')
    }
    const isSilent = !hasSent && !signal.aborted && entry.kind !== 'conversation_created'
    return { failure, messages: isSilent ? errorMessages(definition) : [] }
  }

  return {
    finished: run(),
    stop: async (store) => {
      const stored = Promise.withResolvers<LogEntry[]>()
      stored.resolve(store(current?.stop(stored.promise) ?? []))
      await stored.promise
    },
  }
}

interface CallLimits {
  readonly timeoutMs: number
  /** Whether the handler is `onError`. */
  readonly isFailed: boolean
}

/** Returns the failure of the handler, unless the server aborted the turn. */
async function callHandler(
  handler: () => unknown,
  {
    handlerTurn,
    request,
    timeout,
    timeoutMs,
  }: { handlerTurn: HandlerTurn; request: TurnRequest; timeout: AbortController; timeoutMs: number },
): Promise<TurnOutcome['failure']> {
  const timedOut = new Error(`the turn took longer than ${timeoutMs} ms`)
  const timer = setTimeout(() => {
    timeout.abort(timedOut)
  }, timeoutMs)
  const { signal } = handlerTurn.turn
  const work = async (): Promise<void> => {
    await handler()
    // A handler that does not await `pipe` ends with it.
    await handlerTurn.pipesSettled()
  }
  try {
    await raceAbort(work(), signal)
    return signal.reason === timedOut ? { error: timedOut } : undefined
  } catch (error) {
    if (signal.reason === timedOut) return { error: timedOut }
    const { reason } = request.signal as { reason: unknown }
    const isQuiet =
      reason === abortReasons.stoppedByUser || reason === abortReasons.serverStopping || error === reason
    return request.signal.aborted && isQuiet ? undefined : { error }
  } finally {
    clearTimeout(timer)
  }
}

/** Settles like `work`. If `work` is still pending some time after the signal aborted, rejects with its reason. */
async function raceAbort(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const end = new AbortController()
  const timeout = new Promise<never>((_, reject) => {
    const startTimeout = (): void => {
      const timer = setTimeout(() => {
        reject(signal.reason)
      }, abortTimeoutMs)
      end.signal.addEventListener('abort', () => {
        clearTimeout(timer)
      })
    }
    if (signal.aborted) startTimeout()
    else signal.addEventListener('abort', startTimeout, { once: true, signal: end.signal })
  })
  try {
    await Promise.race([work, timeout])
  } finally {
    end.abort()
  }
}

/** Returns the handler of an entry, and what the failed turn tells of the entry. */
function findHandler(
  definition: BotDefinition,
  entry: LogEntry,
): { handler: (turn: Turn) => unknown; trigger: Pick<FailedTurn, 'message' | 'event'> } {
  if (entry.kind === 'message_created') {
    const message = publicMessage(entry)
    return { handler: (turn) => definition.onMessage?.({ ...turn, message }), trigger: { message } }
  }
  if (entry.kind === 'event_created') {
    const event = JSON.parse(eventJson(entry)) as Event
    return { handler: (turn) => definition.onEvent?.({ ...turn, event }), trigger: { event } }
  }
  return { handler: (turn) => definition.onConversation?.(turn), trigger: {} }
}

/** The kinds of entries that start a turn of the bot. */
export function handledKinds(definition: BotDefinition): EntryKind[] {
  return [
    ...(definition.onMessage ? (['message_created'] as const) : []),
    ...(definition.onEvent ? (['event_created'] as const) : []),
    ...(definition.onConversation ? (['conversation_created'] as const) : []),
  ]
}

const defaultErrorMessage = 'Sorry, something went wrong. Please try again.'

function errorMessages({ errorMessage = defaultErrorMessage }: BotDefinition): LastMessage[] {
  if (errorMessage === false) return []
  const payload = JSON.stringify({ type: 'text', text: errorMessage })
  return [{ payload, metadata: JSON.stringify(failedMetadata) }]
}

interface TurnPlace {
  readonly conversationRowId: number
  readonly seq: number
}

/** Reads what an interrupted run of a turn stored, one entry at a time, as entries may be large. */
export async function readPreviousOutputs(
  { queries }: Storage,
  { conversationRowId, seq, isRetry }: TurnPlace & { isRetry: boolean },
): Promise<PreviousOutputs> {
  const outputs = isRetry ? await queries.turnOutputs(conversationRowId, seq) : []
  let [hasMessage, hasFailureMessage] = [false, false]
  for (const output of outputs) {
    const entry = await queries.entry(conversationRowId, output)
    if (entry?.kind !== 'message_created') continue
    hasMessage = true
    hasFailureMessage ||= (JSON.parse(entry.metadata ?? '{}') as { failed?: unknown }).failed === true
  }
  return { outputs, hasMessage, hasFailureMessage }
}

/** A finished turn, for the test kit. */
export interface FinishedTurn extends Pick<TurnOutcome, 'failure'> {
  readonly entry: LogEntry
  /** The messages and events that the turn stored, oldest first. */
  readonly outputs: readonly LogEntry[]
  /** Whether it was aborted, or skipped because of a stop or a newer message. */
  readonly isStopped: boolean
}

export async function readOutputs(
  { queries }: Storage,
  { conversationRowId, seq }: TurnPlace,
): Promise<LogEntry[]> {
  const outputs = await queries.turnOutputs(conversationRowId, seq)
  const entries = await Promise.all(outputs.map((output) => queries.entry(conversationRowId, output)))
  return entries.filter((entry) => entry !== undefined)
}
