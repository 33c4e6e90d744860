import type { WithCustomTypes, ChatError, Message, NoSchemas, User } from '@parley/core'

/**
 * A message in a conversation; `status` discriminates the union.
 *
 * `key` is stable from `sending` to `sent` and from `streaming` to `sent`: use it as the key of list items. An
 * unchanged message remains the same object.
 */
export type ChatMessage<Schemas = NoSchemas> =
  | StoredMessage<Schemas>
  | PendingMessage<Schemas>
  | StreamingMessage<Schemas>

/** Who has sent a message. Reading these properties never starts a request. */
export interface MessageOrigin {
  /** Whether the connected user has sent it. */
  readonly isOwn: boolean
  /** The profile of the sender, if known: the user, loaded participants, and the bot once `serverInfo` was fetched. */
  readonly sender?: Sender
}

/** The profile of a user or of the bot. */
export type Sender = Pick<User, 'id' | 'name' | 'pictureUrl' | 'profile'>

/** A message that the server has stored. */
export type StoredMessage<Schemas = NoSchemas> = WithCustomTypes<Message, Schemas> &
  MessageOrigin & {
    readonly key: string
    readonly status: 'sent'
  }

/** An own message that is being sent, or that failed. */
export type PendingMessage<Schemas = NoSchemas> = Omit<
  WithCustomTypes<Message, Schemas>,
  'id' | 'createdAt'
> &
  MessageOrigin & {
    readonly key: string
    readonly status: 'sending' | 'failed'
    /** The reason for the failure. */
    readonly error?: ChatError
  }

/** A bot's message while it streams, with the text so far. */
export type StreamingMessage<Schemas = NoSchemas> = Omit<
  WithCustomTypes<Message, Schemas>,
  'id' | 'payload'
> &
  MessageOrigin & {
    readonly key: string
    readonly status: 'streaming'
    readonly streamId: string
    /** The number of the last delta. -1 while the message is stale: its new connection has not announced the stream. */
    readonly sequence: number
    readonly payload: { readonly type: 'text'; readonly text: string }
  }
