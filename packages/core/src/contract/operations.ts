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
    path: '/users',
    method: 'POST',
    body: 'CreateUserBody',
    access: 'anyone',
    result: 'CreateUserResult',
    resultKey: 'user',
    status: 201,
  },
  /**
   * Returns the key's user, and creates them if they do not exist. Updates the fields that are present.
   *
   * @throws `InvalidPayload` if the user id in the key is not a valid id.
   */
  getOrCreateUser: {
    path: '/users/get-or-create',
    method: 'POST',
    body: 'UserFieldsBody',
    access: 'key',
    result: 'UserResult',
    resultKey: 'user',
    status: 201,
  },
  /**
   * Returns the key's user.
   *
   * @throws `ResourceNotFound` if the user was deleted.
   */
  getUser: {
    path: '/users/me',
    method: 'GET',
    access: 'user',
    result: 'UserResult',
    resultKey: 'user',
    status: 200,
  },
  /** Updates the key's user. Fields that are absent keep their values. */
  updateUser: {
    path: '/users/me',
    method: 'PUT',
    body: 'UserFieldsBody',
    access: 'user',
    result: 'UserResult',
    resultKey: 'user',
    status: 200,
  },
  /** Deletes the key's user, the conversations they own, and their messages and events in others. Cannot be undone. */
  deleteUser: { path: '/users/me', method: 'DELETE', access: 'user', result: 'Empty', status: 200 },
  /**
   * Creates a conversation, with the user as its owner and first participant.
   *
   * @throws `AlreadyExists` if the id is taken.
   */
  createConversation: {
    path: '/conversations',
    method: 'POST',
    body: 'CreateConversationBody',
    access: 'user',
    result: 'ConversationResult',
    resultKey: 'conversation',
    status: 201,
  },
  /**
   * Returns the user's conversation with this id, and creates it if it does not exist.
   *
   * @throws `Forbidden` if another user owns it.
   */
  getOrCreateConversation: {
    path: '/conversations/get-or-create',
    method: 'POST',
    body: 'GetOrCreateConversationBody',
    access: 'ownerOrNew',
    result: 'ConversationResult',
    resultKey: 'conversation',
    status: 201,
  },
  /**
   * Returns a conversation.
   *
   * @throws `ResourceNotFound`; `Forbidden` if the user is not a participant.
   */
  getConversation: {
    path: '/conversations/{id}',
    method: 'GET',
    access: 'participant',
    result: 'ConversationResult',
    resultKey: 'conversation',
    status: 200,
  },
  /**
   * Deletes a conversation, its messages and its events, and closes its streams. Cannot be undone.
   *
   * @throws `ResourceNotFound`; `Forbidden` if the user does not own it.
   */
  deleteConversation: {
    path: '/conversations/{id}',
    method: 'DELETE',
    access: 'owner',
    result: 'Empty',
    status: 200,
  },
  /**
   * Lists the conversations in which the user is a participant, most recently created first. The hosted service lists
   * only those that the user owns.
   *
   * @throws `InvalidQuery` if the `nextToken` is invalid.
   */
  listConversations: {
    path: '/conversations',
    method: 'GET',
    query: 'PageQuery',
    access: 'user',
    result: 'ConversationsPage',
    listKey: 'conversations',
    status: 200,
  },
  /**
   * Streams the signals of a conversation.
   *
   * @throws `Forbidden` if the user is not a participant or the conversation does not exist.
   */
  listenConversation: {
    path: '/conversations/{id}/listen',
    method: 'GET',
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
    path: '/conversations/{conversationId}/messages',
    method: 'GET',
    query: 'PageQuery',
    access: 'participant',
    result: 'MessagesPage',
    listKey: 'messages',
    status: 200,
  },
  /**
   * Adds a user to a conversation. Has no effect if they are a participant already.
   *
   * @throws `ResourceNotFound` if the conversation or the user does not exist; `Forbidden` if the caller is not the
   * owner.
   */
  addParticipant: {
    path: '/conversations/{conversationId}/participants',
    method: 'POST',
    body: 'AddParticipantBody',
    access: 'owner',
    result: 'ParticipantResult',
    resultKey: 'participant',
    status: 200,
  },
  /**
   * Lists the participants of a conversation, in the order in which they joined. Excludes the bot.
   *
   * @throws `Forbidden` if the user is not a participant or the conversation does not exist; `InvalidQuery` if the
   * `nextToken` is invalid.
   */
  listParticipants: {
    path: '/conversations/{conversationId}/participants',
    method: 'GET',
    query: 'PageQuery',
    access: 'participant',
    result: 'ParticipantsPage',
    listKey: 'participants',
    status: 200,
  },
  /**
   * Returns one participant of a conversation.
   *
   * @throws `ResourceNotFound` if the conversation or the participant does not exist; `Forbidden` if the caller is
   * not a participant.
   */
  getParticipant: {
    path: '/conversations/{conversationId}/participants/{userId}',
    method: 'GET',
    access: 'participant',
    result: 'ParticipantResult',
    resultKey: 'participant',
    status: 200,
  },
  /**
   * Removes a participant from a conversation and closes their streams of it. With the caller's own id, the caller
   * leaves it.
   *
   * @throws `ResourceNotFound` if the user is not a participant; `Forbidden` if the id is not the caller's own and the
   * caller is not the owner; `InvalidPayload` if the id is the owner's.
   */
  removeParticipant: {
    path: '/conversations/{conversationId}/participants/{userId}',
    method: 'DELETE',
    access: 'ownerOrSelf',
    result: 'Empty',
    status: 200,
  },
  /**
   * Sends a message. It is stored once this resolves; its signal may arrive earlier.
   *
   * @throws `Forbidden` if the user is not a participant or the conversation does not exist; `InvalidPayload`.
   */
  createMessage: {
    path: '/messages',
    method: 'POST',
    body: 'CreateMessageBody',
    access: 'participant',
    result: 'MessageResult',
    resultKey: 'message',
    status: 201,
  },
  /**
   * Returns a message.
   *
   * @throws `ResourceNotFound`; `Forbidden` if the user is not a participant in its conversation.
   */
  getMessage: {
    path: '/messages/{id}',
    method: 'GET',
    access: 'participant',
    result: 'MessageResult',
    resultKey: 'message',
    status: 200,
  },
  /**
   * Deletes a message of the user. Cannot be undone.
   *
   * @throws `ResourceNotFound`; `Forbidden` if the user is not its sender.
   */
  deleteMessage: {
    path: '/messages/{id}',
    method: 'DELETE',
    access: 'sender',
    result: 'Empty',
    status: 200,
  },
  /**
   * Creates a custom event: any JSON object, delivered to all open streams of the conversation and to the bot.
   *
   * @throws `Forbidden` if the user is not a participant or the conversation does not exist; `InvalidPayload`.
   */
  createEvent: {
    path: '/events',
    method: 'POST',
    body: 'CreateEventBody',
    access: 'participant',
    result: 'EventResult',
    resultKey: 'event',
    status: 201,
  },
  /**
   * Returns a custom event of a user. Events of the bot are only streamed.
   *
   * @throws `ResourceNotFound`; `Forbidden` if the user is not a participant in its conversation.
   */
  getEvent: {
    path: '/events/{id}',
    method: 'GET',
    access: 'participant',
    result: 'EventResult',
    resultKey: 'event',
    status: 200,
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
