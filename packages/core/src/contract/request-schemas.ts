/** The bodies and queries of requests, and the bodies of responses. */
export const requestSchemas = {
  // Requests

  UserName: { description: 'Up to 256 characters.', type: 'string', maxLength: 256 },
  PictureUrl: { description: 'Up to 2,048 characters.', type: 'string', maxLength: 2048 },
  Profile: {
    description: 'Free-form text for the app, up to 1,000 characters.',
    type: 'string',
    maxLength: 1000,
  },
  CreateUserBody: {
    type: 'object',
    properties: {
      id: { $ref: '#/components/schemas/Id' },
      name: { $ref: '#/components/schemas/UserName' },
      pictureUrl: { $ref: '#/components/schemas/PictureUrl' },
      profile: { $ref: '#/components/schemas/Profile' },
    },
  },
  UserFieldsBody: {
    type: 'object',
    properties: {
      name: { $ref: '#/components/schemas/UserName' },
      pictureUrl: { $ref: '#/components/schemas/PictureUrl' },
      profile: { $ref: '#/components/schemas/Profile' },
    },
  },
  CreateConversationBody: {
    type: 'object',
    properties: { id: { $ref: '#/components/schemas/Id' } },
  },
  GetOrCreateConversationBody: {
    type: 'object',
    properties: { id: { $ref: '#/components/schemas/Id' } },
    required: ['id'],
  },
  AddParticipantBody: {
    type: 'object',
    properties: { userId: { $ref: '#/components/schemas/Text' } },
    required: ['userId'],
  },
  CreateMessageBody: {
    type: 'object',
    properties: {
      conversationId: { $ref: '#/components/schemas/Text' },
      payload: { $ref: '#/components/schemas/Payload' },
      metadata: { $ref: '#/components/schemas/JsonObject' },
    },
    required: ['conversationId', 'payload'],
  },
  CreateEventBody: {
    type: 'object',
    properties: {
      conversationId: { $ref: '#/components/schemas/Text' },
      payload: { $ref: '#/components/schemas/JsonObject' },
    },
    required: ['conversationId', 'payload'],
  },
  PageQuery: {
    type: 'object',
    properties: {
      nextToken: {
        description: 'The `meta.nextToken` of the previous page.',
        type: 'string',
      },
      limit: {
        description: 'The maximum number of items per page. Default: 20. Ignored by the hosted service.',
        type: 'integer',
        minimum: 1,
        maximum: 100,
      },
    },
  },

  // Responses

  Empty: { type: 'object' },
  PageMeta: { type: 'object', properties: { nextToken: { type: 'string' } } },
  UserResult: {
    type: 'object',
    properties: { user: { $ref: '#/components/schemas/User' } },
    required: ['user'],
  },
  CreateUserResult: {
    type: 'object',
    properties: {
      user: { $ref: '#/components/schemas/User' },
      key: { description: "The user's key, to be sent in the header `x-user-key`.", type: 'string' },
    },
    required: ['user', 'key'],
  },
  ConversationResult: {
    type: 'object',
    properties: { conversation: { $ref: '#/components/schemas/Conversation' } },
    required: ['conversation'],
  },
  ConversationsPage: {
    type: 'object',
    properties: {
      conversations: { type: 'array', items: { $ref: '#/components/schemas/Conversation' } },
      meta: { $ref: '#/components/schemas/PageMeta' },
    },
    required: ['conversations', 'meta'],
  },
  MessageResult: {
    type: 'object',
    properties: { message: { $ref: '#/components/schemas/Message' } },
    required: ['message'],
  },
  MessagesPage: {
    type: 'object',
    properties: {
      messages: { type: 'array', items: { $ref: '#/components/schemas/Message' } },
      meta: { $ref: '#/components/schemas/PageMeta' },
    },
    required: ['messages', 'meta'],
  },
  ParticipantResult: {
    type: 'object',
    properties: { participant: { $ref: '#/components/schemas/User' } },
    required: ['participant'],
  },
  ParticipantsPage: {
    type: 'object',
    properties: {
      participants: { type: 'array', items: { $ref: '#/components/schemas/User' } },
      meta: { $ref: '#/components/schemas/PageMeta' },
    },
    required: ['participants', 'meta'],
  },
  EventResult: {
    type: 'object',
    properties: { event: { $ref: '#/components/schemas/Event' } },
    required: ['event'],
  },
  Error: {
    description: 'The body of every error response.',
    type: 'object',
    properties: {
      id: { description: "The unique id of this error, as in the server's log.", type: 'string' },
      code: { description: 'The HTTP status.', type: 'integer' },
      type: { description: 'The kind of error.', type: 'string' },
      message: { description: 'What failed, why, and what to do.', type: 'string' },
      metadata: { $ref: '#/components/schemas/JsonObject' },
    },
    required: ['id', 'code', 'type', 'message'],
  },
} as const
