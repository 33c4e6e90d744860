/**
 * The 21 operations of the Chat API, the one table that everything derives from: the client's methods, their types and
 * docstrings, the server's routes and validation, the OpenAPI document.
 *
 * Paths are relative to a bot's base URL, `/{webhookId}`. `body`, `query` and `result` name a schema; `resultKey` names the single
 * resource in a response, `listKey` the list in a page.
 *
 * `access` says who may call: `anyone` without a key, `key` with a validly signed key, `user` as a user who exists, `participant`,
 * `owner` or `sender` of what the request names, `ownerOrNew` as the owner if the conversation exists already,
 * `ownerOrSelf` as the owner or to remove oneself.
 */
export const operations = {
  /**
   * Creates a user and returns their key.
   *
   * @throws `AlreadyExists` for a taken id; `Unauthorized` where the bot's operator signs the keys.
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
   * Returns the key's user, made if they do not exist. The fields given are updated.
   *
   * @throws `InvalidPayload` for a key whose id breaks the rule of ids.
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
   * @throws `ResourceNotFound` if they were deleted.
   */
  getUser: {
    method: 'GET',
    path: '/users/me',
    access: 'user',
    status: 200,
    result: 'UserResult',
    resultKey: 'user',
  },
  /** Updates the key's user. A field not given stays as it is. */
  updateUser: {
    method: 'PUT',
    path: '/users/me',
    access: 'user',
    body: 'UserFieldsBody',
    status: 200,
    result: 'UserResult',
    resultKey: 'user',
  },
  /** Deletes the key's user, the conversations they own, and their messages and events elsewhere. It cannot be undone. */
  deleteUser: { method: 'DELETE', path: '/users/me', access: 'user', status: 200, result: 'Nothing' },
  /**
   * Creates a conversation, which the user owns and takes part in.
   *
   * @throws `AlreadyExists` for a taken id.
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
   * Returns the user's conversation with this id, made if it does not exist.
   *
   * @throws `Forbidden` if it is somebody else's.
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
   * @throws `ResourceNotFound`; `Forbidden` if the user takes no part in it.
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
   * Deletes a conversation and its messages, and closes its streams. It cannot be undone.
   *
   * @throws `ResourceNotFound`; `Forbidden` if the user does not own it.
   */
  deleteConversation: {
    method: 'DELETE',
    path: '/conversations/{id}',
    access: 'owner',
    status: 200,
    result: 'Nothing',
  },
  /**
   * Lists the conversations that the user takes part in, newest made first; the hosted service only those they own.
   *
   * @throws `InvalidQuery` for a bad `nextToken`.
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
   * @throws `Forbidden` if the user takes no part in it, or it does not exist.
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
   * @throws `Forbidden` if the user takes no part in it, or it does not exist; `InvalidQuery` for a bad `nextToken`.
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
   * Adds a user to a conversation; adding them again changes nothing.
   *
   * @throws `ResourceNotFound` for an unknown conversation or user; `Forbidden` if the caller does not own it.
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
   * Lists the participants of a conversation, in the order they joined. The bot is not among them.
   *
   * @throws `Forbidden` if the user takes no part in it, or it does not exist; `InvalidQuery` for a bad `nextToken`.
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
   * @throws `ResourceNotFound` if there is none; `Forbidden` if the caller takes no part in it.
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
   * Removes a participant from a conversation, whose streams of it are closed; or leaves it, with the caller's own id.
   *
   * @throws `ResourceNotFound` if they take no part; `Forbidden` for another's id if the caller does not own it;
   * `InvalidPayload` for the owner.
   */
  removeParticipant: {
    method: 'DELETE',
    path: '/conversations/{conversationId}/participants/{userId}',
    access: 'ownerOrSelf',
    status: 200,
    result: 'Nothing',
  },
  /**
   * Sends a message. It is kept when this resolves, and its signal may come before that.
   *
   * @throws `Forbidden` if the user takes no part in the conversation, or it does not exist; `InvalidPayload`.
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
   * @throws `ResourceNotFound`; `Forbidden` if the user takes no part in its conversation.
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
   * Deletes a message of the user's own. It cannot be undone.
   *
   * @throws `ResourceNotFound`; `Forbidden` if it is another's.
   */
  deleteMessage: {
    method: 'DELETE',
    path: '/messages/{id}',
    access: 'sender',
    status: 200,
    result: 'Nothing',
  },
  /**
   * Creates a custom event: any JSON object, heard by all who listen and by the bot.
   *
   * @throws `Forbidden` if the user takes no part in the conversation, or it does not exist; `InvalidPayload`.
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
   * Returns a custom event of a user. Those of the bot are on its stream alone.
   *
   * @throws `ResourceNotFound`; `Forbidden` if the user takes no part in its conversation.
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
