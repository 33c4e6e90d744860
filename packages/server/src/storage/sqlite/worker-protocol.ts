import type { CommandRequest } from '../../domain/commands.ts'
import type { Change, LogEntry } from '../../domain/records.ts'
import type { BatchResult, Outcome } from './batch.ts'

/** Requests, and the time at which they were passed to the writing thread. */
export interface RequestBatch {
  readonly now: number
  readonly requests: readonly CommandRequest[]
}

/**
 * Batches as text, for their way between the threads: JSON crosses at a fifth of the cost of a structured clone of many small
 * objects.
 */
export function encodeRequests(batch: RequestBatch): string {
  return JSON.stringify([batch.now, batch.requests])
}

export function decodeRequests(text: string): RequestBatch {
  const [now, requests] = JSON.parse(text) as [number, CommandRequest[]]
  return { now, requests }
}

/** An entry that is both the value of a command and an effect goes over once, named by the effect's index. */
type EncodedOutcome =
  | { readonly effect: number }
  | { readonly fault: { readonly message: string; readonly stack: string | undefined } }
  | Exclude<Outcome, { readonly fault: unknown }>

/** What a message says is known to who asked for it, and does not go back. */
export function encodeResult(
  requests: readonly CommandRequest[],
  { outcomes, changes: effects }: BatchResult,
): string {
  const indices = new Map<unknown, number>()
  for (const [index, effect] of effects.entries()) {
    if (effect.type === 'appended') indices.set(effect.entry, index)
  }
  const sent = [...effects]
  const shortened = outcomes.map((outcome, at): EncodedOutcome => {
    if ('fault' in outcome) return { fault: serializeError(outcome.fault) }
    const effect = 'value' in outcome ? indices.get(outcome.value) : undefined
    if (effect === undefined) return outcome
    const entry = requests[at]?.name === 'createMessage' && entryAt(effects, effect)
    if (entry) sent[effect] = { type: 'appended', entry: { ...entry, payload: '', metadata: undefined } }
    return { effect }
  })
  return JSON.stringify([shortened, sent])
}

/** @param requestAt - The requests that the result answers, in their order. */
export function decodeResult(
  text: string,
  requestAt: (index: number) => CommandRequest | undefined,
): BatchResult {
  const [shortened, effects] = JSON.parse(text) as [EncodedOutcome[], Change[]]
  const outcomes = shortened.map((outcome, at): Outcome => {
    if ('effect' in outcome) return { value: restorePayload(effects, outcome.effect, requestAt(at)) }
    if ('fault' in outcome) return { fault: Object.assign(new Error(outcome.fault.message), outcome.fault) }
    return outcome
  })
  return { outcomes, changes: effects }
}

function restorePayload(
  effects: Change[],
  index: number,
  request: CommandRequest | undefined,
): LogEntry | undefined {
  const found = entryAt(effects, index)
  if (!found || request?.name !== 'createMessage') return found
  const { payload, metadata } = request.input
  const entry = { ...found, payload, metadata }
  effects[index] = { type: 'appended', entry }
  return entry
}

function entryAt(effects: readonly Change[], index: number): LogEntry | undefined {
  const effect = effects[index]
  return effect?.type === 'appended' ? effect.entry : undefined
}

function serializeError(fault: unknown): { message: string; stack: string | undefined } {
  return fault instanceof Error
    ? { message: fault.message, stack: fault.stack }
    : { message: String(fault), stack: undefined }
}
