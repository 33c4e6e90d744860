import type { WithCustomTypes, ChatError, Message, NoSchemas } from '@parley/core'

/**
 * A message as an app shows it, told apart by `status`.
 *
 * `key` stays the same from `sending` to `sent`, and from `streaming` to `sent`: take it for a list's key. An object stays
 * the same as long as nothing in it changes.
 */
export type ChatMessage<Schemas = NoSchemas> =
  | StoredMessage<Schemas>
  | PendingMessage<Schemas>
  | StreamingMessage<Schemas>

/** A message that the server has. */
export type StoredMessage<Schemas = NoSchemas> = WithCustomTypes<Message, Schemas> & {
  readonly key: string
  readonly status: 'sent'
}

/** An own message that the server is not known to have: on its way, or refused. */
export type PendingMessage<Schemas = NoSchemas> = Omit<
  WithCustomTypes<Message, Schemas>,
  'id' | 'createdAt'
> & {
  readonly key: string
  readonly status: 'sending' | 'failed'
  /** Why it failed. */
  readonly error?: ChatError
}

/** A bot's message while it is being written: what there is of it so far. */
export type StreamingMessage<Schemas = NoSchemas> = Omit<
  WithCustomTypes<Message, Schemas>,
  'id' | 'payload'
> & {
  readonly key: string
  readonly status: 'streaming'
  readonly streamId: string
  /** The number of the last piece that is in it; -1 while it is not known whether somebody still writes it, on a new connection. */
  readonly sequence: number
  readonly payload: { readonly type: 'text'; readonly text: string }
}
