import type { Operation } from './operation-types.ts'

/** An operation that a server may have beyond the Chat API. */
export interface Extension extends Operation {
  /** The name by which the server says so in `/hello`. */
  readonly ability: string
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
    who: 'user',
    status: 200,
    stream: 'UserSignal',
    ability: 'user-stream',
  },
  /**
   * Tells all who listen that the user is typing. It ends by itself after 6 s.
   *
   * @throws `Forbidden` if the user takes no part in the conversation, or it does not exist.
   */
  sendTyping: {
    method: 'PUT',
    path: '/conversations/{conversationId}/typing',
    who: 'participant',
    status: 204,
    ability: 'typing',
  },
} as const

export type ExtensionName = keyof typeof extensions
