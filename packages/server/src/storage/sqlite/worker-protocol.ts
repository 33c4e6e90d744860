import type { CommandRequest } from '../../domain/commands.ts'
import type { Change, LogEntry } from '../../domain/records.ts'
import type { BatchResult, Outcome } from './batch.ts'

/** Requests, and the time at which they were sent to the writer thread. */
export interface RequestBatch {
  readonly now: number
  readonly requests: readonly CommandRequest[]
}

/**
 * Encodes requests to send them to another thread. For many small objects JSON costs a fifth of a structured clone.
 */
export function encodeRequests(batch: RequestBatch): string {
  return JSON.stringify([batch.now, batch.requests])
}

export function decodeRequests(text: string): RequestBatch {
  const [now, requests] = JSON.parse(text) as [number, CommandRequest[]]
  return { now, requests }
}

/** An entry that is both the result of a command and a change is sent once; `change` is the index of the change. */
type EncodedOutcome =
  | { readonly change: number }
  | { readonly error: { readonly message: string; readonly stack: string | undefined } }
  | Exclude<Outcome, { readonly error: unknown }>

/** Omits the text of messages, as the main thread still has it. */
export function encodeResult(
  requests: readonly CommandRequest[],
  { outcomes, changes }: BatchResult,
): string {
  const indices = new Map<unknown, number>()
  for (const [index, change] of changes.entries()) {
    if (change.type === 'appended') indices.set(change.entry, index)
  }
  const sentChanges = [...changes]
  const sentOutcomes = outcomes.map((outcome, index): EncodedOutcome => {
    if ('error' in outcome) return { error: serializeError(outcome.error) }
    const change = 'value' in outcome ? indices.get(outcome.value) : undefined
    if (change === undefined) return outcome
    const entry = requests[index]?.name === 'createMessage' && entryAt(changes, change)
    if (entry)
      sentChanges[change] = { type: 'appended', entry: { ...entry, payload: '', metadata: undefined } }
    return { change }
  })
  return JSON.stringify([sentOutcomes, sentChanges])
}

/** @param requestAt - Returns the requests of the batch by index. */
export function decodeResult(
  text: string,
  requestAt: (index: number) => CommandRequest | undefined,
): BatchResult {
  const [sentOutcomes, changes] = JSON.parse(text) as [EncodedOutcome[], Change[]]
  const outcomes = sentOutcomes.map((outcome, index): Outcome => {
    if ('change' in outcome) return { value: restorePayload(changes, outcome.change, requestAt(index)) }
    if ('error' in outcome) return { error: Object.assign(new Error(outcome.error.message), outcome.error) }
    return outcome
  })
  return { outcomes, changes }
}

function restorePayload(
  changes: Change[],
  index: number,
  request: CommandRequest | undefined,
): LogEntry | undefined {
  const sent = entryAt(changes, index)
  if (!sent || request?.name !== 'createMessage') return sent
  const { payload, metadata } = request.input
  const entry = { ...sent, payload, metadata }
  changes[index] = { type: 'appended', entry }
  return entry
}

function entryAt(changes: readonly Change[], index: number): LogEntry | undefined {
  const change = changes[index]
  return change?.type === 'appended' ? change.entry : undefined
}

function serializeError(error: unknown): { message: string; stack: string | undefined } {
  return error instanceof Error
    ? { message: error.message, stack: error.stack }
    : { message: String(error), stack: undefined }
}
