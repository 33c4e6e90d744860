/**
 * The 21 operations of the Chat API. The client's methods with their types and docstrings, the server's routes and
 * validation, and the OpenAPI document are derived from this table.
 *
 * Paths are relative to a bot's base URL, `/{webhookId}`. `body`, `query` and `result` name a schema; `resultKey`
 * names the resource in a response, `listKey` the list in a page.
 *
 * `access` defines who may call the operation: `anyone` (no key needed), `key` (a validly signed key), `user` (the
 * key's user exists), `participant`, `owner` or `sender` of the resource, `ownerOrNew` (the owner, if the
 * conversation exists), `ownerOrSelf` (the owner, or participants who remove themselves).
 */
export const operations = {
  /**
   * Creates a user and returns their key.
   *
   * @throws `AlreadyExists` if the id is taken; `Unauthorized` if the bot's operator issues the keys.
   */
  createUser: {
    method: 'POST',
    path: '/users',
    access: 'anyone',
    body: 'CreateUserBody',
    status: 201,
    result: 'CreateUserResult',
    resultKey: 'user',
  },
  /**
   * Returns the key's user, and creates them if they do not exist. Updates the fields that are present.
   *
   * @throws `InvalidPayload` if the user id in the key is not a valid id.
   */
  getOrCreateUser: {
    method: 'POST',
    path: '/users/get-or-create',
    access: 'key',
    body: 'UserFieldsBody',
    status: 201,
    result: 'UserResult',
    resultKey: 'user',
  },
  /**
   * Returns the key's user.
   *
   * @throws `ResourceNotFound` if the user was deleted.
   */
  getUser: {
    method: 'GET',
    path: '/users/me',
    access: 'user',
    status: 200,
    result: 'UserResult',
    resultKey: 'user',
  },
  /** Updates the key's user. Fields that are absent keep their values. */
  updateUser: {
    method: 'PUT',
    path: '/users/me',
    access: 'user',
    body: 'UserFieldsBody',
    status: 200,
    result: 'UserResult',
    resultKey: 'user',
  },
  /** Deletes the key's user, the conversations they own, and their messages and events in others. Cannot be undone. */
  deleteUser: { method: 'DELETE', path: '/users/me', access: 'user', status: 200, result: 'Empty' },
  /**
   * Creates a conversation, with the user as its owner and first participant.
   *
   * @throws `AlreadyExists` if the id is taken.
   */
  createConversation: {
    method: 'POST',
    path: '/conversations',
    access: 'user',
    body: 'CreateConversationBody',
    status: 201,
    result: 'ConversationResult',
    resultKey: 'conversation',
  },
  /**
   * Returns the user's conversation with this id, and creates it if it does not exist.
   *
   * @throws `Forbidden` if another user owns it.
   */
  getOrCreateConversation: {
    method: 'POST',
    path: '/conversations/get-or-create',
    access: 'ownerOrNew',
    body: 'GetOrCreateConversationBody',
    status: 201,
    result: 'ConversationResult',
    resultKey: 'conversation',
  },
  /**
   * Returns a conversation.
   *
   * @throws `ResourceNotFound`; `Forbidden` if the user is not a participant.
   */
  getConversation: {
    method: 'GET',
    path: '/conversations/{id}',
    access: 'participant',
    status: 200,
    result: 'ConversationResult',
    resultKey: 'conversation',
  },
  /**
   * Deletes a conversation, its messages and its events, and closes its streams. Cannot be undone.
   *
   * @throws `ResourceNotFound`; `Forbidden` if the user does not own it.
   */
  deleteConversation: {
    method: 'DELETE',
    path: '/conversations/{id}',
    access: 'owner',
    status: 200,
    result: 'Empty',
  },
  /**
   * Lists the conversations in which the user is a participant, most recently created first. The hosted service lists
   * only those that the user owns.
   *
   * @throws `InvalidQuery` if the `nextToken` is invalid.
   */
  listConversations: {
    method: 'GET',
    path: '/conversations',
    access: 'user',
    query: 'PageQuery',
    status: 200,
    result: 'ConversationsPage',
    listKey: 'conversations',
  },
  /**
   * Streams the signals of a conversation.
   *
   * @throws `Forbidden` if the user is not a participant or the conversation does not exist.
   */
  listenConversation: {
    method: 'GET',
    path: '/conversations/{id}/listen',
    access: 'participant',
    status: 200,
    stream: 'Signal',
  },
  /**
   * Lists the messages of a conversation, newest first.
   *
   * @throws `Forbidden` if the user is not a participant or the conversation does not exist; `InvalidQuery` if the
   * `nextToken` is invalid.
   */
  listMessages: {
    method: 'GET',
    path: '/conversations/{conversationId}/messages',
    access: 'participant',
    query: 'PageQuery',
    status: 200,
    result: 'MessagesPage',
    listKey: 'messages',
  },
  /**
   * Adds a user to a conversation. Has no effect if they are a participant already.
   *
   * @throws `ResourceNotFound` if the conversation or the user does not exist; `Forbidden` if the caller is not the
   * owner.
   */
  addParticipant: {
    method: 'POST',
    path: '/conversations/{conversationId}/participants',
    access: 'owner',
    body: 'AddParticipantBody',
    status: 200,
    result: 'ParticipantResult',
    resultKey: 'participant',
  },
  /**
   * Lists the participants of a conversation, in the order in which they joined. Excludes the bot.
   *
   * @throws `Forbidden` if the user is not a participant or the conversation does not exist; `InvalidQuery` if the
   * `nextToken` is invalid.
   */
  listParticipants: {
    method: 'GET',
    path: '/conversations/{conversationId}/participants',
    access: 'participant',
    query: 'PageQuery',
    status: 200,
    result: 'ParticipantsPage',
    listKey: 'participants',
  },
  /**
   * Returns one participant of a conversation.
   *
   * @throws `ResourceNotFound` if the conversation or the participant does not exist; `Forbidden` if the caller is
   * not a participant.
   */
  getParticipant: {
    method: 'GET',
    path: '/conversations/{conversationId}/participants/{userId}',
    access: 'participant',
    status: 200,
    result: 'ParticipantResult',
    resultKey: 'participant',
  },
  /**
   * Removes a participant from a conversation and closes their streams of it. With the caller's own id, the caller
   * leaves it.
   *
   * @throws `ResourceNotFound` if the user is not a participant; `Forbidden` if the id is not the caller's own and the
   * caller is not the owner; `InvalidPayload` if the id is the owner's.
   */
  removeParticipant: {
    method: 'DELETE',
    path: '/conversations/{conversationId}/participants/{userId}',
    access: 'ownerOrSelf',
    status: 200,
    result: 'Empty',
  },
  /**
   * Sends a message. It is stored once this resolves; its signal may arrive earlier.
   *
   * @throws `Forbidden` if the user is not a participant or the conversation does not exist; `InvalidPayload`.
   */
  createMessage: {
    method: 'POST',
    path: '/messages',
    access: 'participant',
    body: 'CreateMessageBody',
    status: 201,
    result: 'MessageResult',
    resultKey: 'message',
  },
  /**
   * Returns a message.
   *
   * @throws `ResourceNotFound`; `Forbidden` if the user is not a participant in its conversation.
   */
  getMessage: {
    method: 'GET',
    path: '/messages/{id}',
    access: 'participant',
    status: 200,
    result: 'MessageResult',
    resultKey: 'message',
  },
  /**
   * Deletes a message of the user. Cannot be undone.
   *
   * @throws `ResourceNotFound`; `Forbidden` if the user is not its sender.
   */
  deleteMessage: {
    method: 'DELETE',
    path: '/messages/{id}',
    access: 'sender',
    status: 200,
    result: 'Empty',
  },
  /**
   * Creates a custom event: any JSON object, delivered to all open streams of the conversation and to the bot.
   *
   * @throws `Forbidden` if the user is not a participant or the conversation does not exist; `InvalidPayload`.
   */
  createEvent: {
    method: 'POST',
    path: '/events',
    access: 'participant',
    body: 'CreateEventBody',
    status: 201,
    result: 'EventResult',
    resultKey: 'event',
  },
  /**
   * Returns a custom event of a user. Events of the bot are only streamed.
   *
   * @throws `ResourceNotFound`; `Forbidden` if the user is not a participant in its conversation.
   */
  getEvent: {
    method: 'GET',
    path: '/events/{id}',
    access: 'participant',
    status: 200,
    result: 'EventResult',
    resultKey: 'event',
  },
} as const

export type Operations = typeof operations
export type OperationName = keyof Operations

/**
 * What a call does, for error messages: `getOrCreateUser` becomes "get or create the user". Accepts the names of
 * extensions too, and those of the client's other functions, such as `createChat`.
 */
export function describeOperation(name: string): string {
  return name
    .replace('listenUser', "listenUser'sConversations")
    .replace('listen', 'listenTo')
    .replace('Typing', 'TypingSignal')
    .replace('stop', 'stopTurn')
    .replace(/((User|Server|Typing)('s)?)?[A-Z][a-z]+$/, 'The$&')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
