import type { Operation } from './operation-types.ts'

/** An operation that a server may have beyond the Chat API. */
export interface Extension extends Operation {
  /** The name by which the server says so in `/hello`. */
  readonly capability: string
}

/** The operations that our own server adds to the 21 of the Chat API, in the same form. */
export const extensions = {
  /**
   * Streams the signals of all conversations that the user takes part in.
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
   * Tells all who listen that the user is typing. It ends by itself after 6 s.
   *
   * @throws `Forbidden` if the user takes no part in the conversation, or it does not exist.
   */
  sendTyping: {
    method: 'PUT',
    path: '/conversations/{conversationId}/typing',
    access: 'participant',
    status: 204,
    capability: 'typing',
  },
} as const

export type ExtensionName = keyof typeof extensions
