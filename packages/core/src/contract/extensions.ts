import type { Operation } from './operation-types.ts'

/** An operation beyond the Chat API, which a server may support. */
export interface Extension extends Operation {
  /** The name under which `/hello` lists it. */
  readonly capability: string
}

/** The operations that `@parley/server` adds to the 21 of the Chat API, in the same format. */
export const extensions = {
  /**
   * Streams the signals of all conversations in which the user is a participant.
   *
   * @throws `ResourceNotFound` if the user was deleted.
   */
  listenUser: {
    method: 'GET',
    path: '/users/me/listen',
    access: 'user',
    status: 200,
    stream: 'UserSignal',
    capability: 'user-stream',
  },
  /**
   * Shows the other participants that the user is typing, for 6 s.
   *
   * @throws `Forbidden` if the user is not a participant in the conversation or it does not exist.
   */
  sendTyping: {
    method: 'PUT',
    path: '/conversations/{conversationId}/typing',
    access: 'participant',
    status: 204,
    capability: 'typing',
  },
  /**
   * Stops the bot's running turn in a conversation. A message that is streaming is stored with its text so far and
   * `metadata.stopped: true`. Also succeeds if nothing is running.
   *
   * @throws `Forbidden` if the user is not a participant in the conversation or it does not exist.
   */
  stop: {
    method: 'POST',
    path: '/conversations/{conversationId}/stop',
    access: 'participant',
    status: 204,
    capability: 'stop',
  },
} as const

export type ExtensionName = keyof typeof extensions
