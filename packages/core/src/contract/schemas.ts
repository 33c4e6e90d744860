/**
 * Every model, payload, body, answer and signal of the Chat API, as JSON Schema (2020-12).
 *
 * Plain data: types are inferred from it (`infer.ts`), the server compiles it into its validation, and it becomes
 * `components.schemas` of the OpenAPI document as it stands. Nothing in a browser bundle needs it at run time.
 */
export const schemas = {
  // What the API keeps

  Id: {
    description: 'An id chosen by a caller, or made by the server: 1 to 70 characters.',
    type: 'string',
    minLength: 1,
    maxLength: 70,
    pattern: '^[a-zA-Z0-9_\\-\\\\/]{1,70}$',
  },
  Time: {
    description: 'An ISO 8601 time in UTC with milliseconds, such as 2026-01-31T12:00:00.000Z.',
    type: 'string',
    format: 'date-time',
  },
  Text: { description: 'A string that is not empty.', type: 'string', minLength: 1 },
  JsonObject: { description: 'Any JSON object, kept as it came.', type: 'object' },
  User: {
    description: 'Somebody who chats. A participant of a conversation is a User.',
    type: 'object',
    properties: {
      id: { type: 'string' },
      // No limits: longer values that were stored earlier stay readable.
      name: { type: 'string' },
      pictureUrl: { type: 'string' },
      profile: { description: 'For the app to use as it likes.', type: 'string' },
      createdAt: { $ref: '#/components/schemas/Time' },
      updatedAt: { $ref: '#/components/schemas/Time' },
    },
    required: ['id', 'createdAt', 'updatedAt'],
  },
  Conversation: {
    description: 'A thread of messages and events. Its creator owns it and is its first participant.',
    type: 'object',
    properties: {
      id: { type: 'string' },
      createdAt: { $ref: '#/components/schemas/Time' },
      updatedAt: { $ref: '#/components/schemas/Time' },
    },
    required: ['id', 'createdAt', 'updatedAt'],
  },
  Message: {
    description: 'What one user, or the bot, said in a conversation.',
    type: 'object',
    properties: {
      id: { type: 'string' },
      createdAt: { $ref: '#/components/schemas/Time' },
      conversationId: { type: 'string' },
      userId: { type: 'string' },
      payload: { $ref: '#/components/schemas/Payload' },
      metadata: { $ref: '#/components/schemas/JsonObject' },
    },
    required: ['id', 'createdAt', 'conversationId', 'userId', 'payload'],
  },
  Event: {
    description:
      'Something that happened in a conversation and is not a message; the app gives it its meaning.',
    type: 'object',
    properties: {
      id: { type: 'string' },
      createdAt: { $ref: '#/components/schemas/Time' },
      conversationId: { type: 'string' },
      userId: { type: 'string' },
      payload: { $ref: '#/components/schemas/JsonObject' },
    },
    required: ['id', 'createdAt', 'conversationId', 'userId', 'payload'],
  },

  // What a message holds

  TextPayload: {
    type: 'object',
    properties: { type: { const: 'text' }, text: { $ref: '#/components/schemas/Text' } },
    required: ['type', 'text'],
  },
  MarkdownPayload: {
    type: 'object',
    properties: { type: { const: 'markdown' }, markdown: { $ref: '#/components/schemas/Text' } },
    required: ['type', 'markdown'],
  },
  ImagePayload: {
    type: 'object',
    properties: { type: { const: 'image' }, imageUrl: { $ref: '#/components/schemas/Text' } },
    required: ['type', 'imageUrl'],
  },
  AudioPayload: {
    type: 'object',
    properties: { type: { const: 'audio' }, audioUrl: { $ref: '#/components/schemas/Text' } },
    required: ['type', 'audioUrl'],
  },
  VideoPayload: {
    type: 'object',
    properties: { type: { const: 'video' }, videoUrl: { $ref: '#/components/schemas/Text' } },
    required: ['type', 'videoUrl'],
  },
  FilePayload: {
    type: 'object',
    properties: {
      type: { const: 'file' },
      fileUrl: { $ref: '#/components/schemas/Text' },
      title: { $ref: '#/components/schemas/Text' },
    },
    required: ['type', 'fileUrl'],
  },
  LocationPayload: {
    type: 'object',
    properties: {
      type: { const: 'location' },
      latitude: { type: 'number' },
      longitude: { type: 'number' },
      address: { type: 'string' },
      title: { type: 'string' },
    },
    required: ['type', 'latitude', 'longitude'],
  },
  CardAction: {
    type: 'object',
    properties: {
      action: { enum: ['postback', 'url', 'say'] },
      label: { $ref: '#/components/schemas/Text' },
      value: { $ref: '#/components/schemas/Text' },
    },
    required: ['action', 'label', 'value'],
  },
  CardPayload: {
    type: 'object',
    properties: {
      type: { const: 'card' },
      title: { $ref: '#/components/schemas/Text' },
      subtitle: { $ref: '#/components/schemas/Text' },
      imageUrl: { $ref: '#/components/schemas/Text' },
      actions: { type: 'array', items: { $ref: '#/components/schemas/CardAction' } },
    },
    required: ['type', 'title', 'actions'],
  },
  CarouselPayload: {
    type: 'object',
    properties: {
      type: { const: 'carousel' },
      items: { type: 'array', items: { $ref: '#/components/schemas/CardPayload' } },
    },
    required: ['type', 'items'],
  },
  Option: {
    type: 'object',
    properties: {
      label: { $ref: '#/components/schemas/Text' },
      value: { $ref: '#/components/schemas/Text' },
    },
    required: ['label', 'value'],
  },
  ChoicePayload: {
    type: 'object',
    properties: {
      type: { const: 'choice' },
      text: { $ref: '#/components/schemas/Text' },
      options: { type: 'array', items: { $ref: '#/components/schemas/Option' } },
    },
    required: ['type', 'text', 'options'],
  },
  DropdownPayload: {
    type: 'object',
    properties: {
      type: { const: 'dropdown' },
      text: { $ref: '#/components/schemas/Text' },
      options: { type: 'array', items: { $ref: '#/components/schemas/Option' } },
    },
    required: ['type', 'text', 'options'],
  },
  BlocItem: {
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: [
      { $ref: '#/components/schemas/TextPayload' },
      { $ref: '#/components/schemas/MarkdownPayload' },
      { $ref: '#/components/schemas/ImagePayload' },
      { $ref: '#/components/schemas/AudioPayload' },
      { $ref: '#/components/schemas/VideoPayload' },
      { $ref: '#/components/schemas/FilePayload' },
      { $ref: '#/components/schemas/LocationPayload' },
    ],
  },
  BlocPayload: {
    type: 'object',
    properties: {
      type: { const: 'bloc' },
      items: { type: 'array', items: { $ref: '#/components/schemas/BlocItem' } },
    },
    required: ['type', 'items'],
  },
  Payload: {
    description: 'The content of a message, told apart by its `type`. Further keys are allowed and kept.',
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: [
      { $ref: '#/components/schemas/TextPayload' },
      { $ref: '#/components/schemas/MarkdownPayload' },
      { $ref: '#/components/schemas/ImagePayload' },
      { $ref: '#/components/schemas/AudioPayload' },
      { $ref: '#/components/schemas/VideoPayload' },
      { $ref: '#/components/schemas/FilePayload' },
      { $ref: '#/components/schemas/LocationPayload' },
      { $ref: '#/components/schemas/CardPayload' },
      { $ref: '#/components/schemas/CarouselPayload' },
      { $ref: '#/components/schemas/ChoicePayload' },
      { $ref: '#/components/schemas/DropdownPayload' },
      { $ref: '#/components/schemas/BlocPayload' },
    ],
  },

  // What a caller sends

  UserName: { description: 'At most 256 characters.', type: 'string', maxLength: 256 },
  PictureUrl: { description: 'At most 2048 characters.', type: 'string', maxLength: 2048 },
  Profile: {
    description: 'At most 1000 characters, for the app to use as it likes.',
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
        description: 'Where the page before ended, as its `meta.nextToken` says.',
        type: 'string',
      },
      limit: {
        description: 'Items a page holds; 20 unless asked otherwise. The hosted service does not know it.',
        type: 'integer',
        minimum: 1,
        maximum: 100,
      },
    },
  },

  // What the API answers

  Nothing: { type: 'object' },
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
      key: { description: "The user's key: send it as the header `x-user-key`.", type: 'string' },
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
    description: 'Every failure, whatever its cause.',
    type: 'object',
    properties: {
      id: { description: "Unique to this failure; it stands in the server's log.", type: 'string' },
      code: { description: 'The HTTP status.', type: 'integer' },
      type: { description: 'The kind of failure.', type: 'string' },
      message: { description: 'What failed, why, and what to do.', type: 'string' },
      metadata: { $ref: '#/components/schemas/JsonObject' },
    },
    required: ['id', 'code', 'type', 'message'],
  },

  // What a listener hears

  MessageCreatedSignal: {
    type: 'object',
    properties: {
      type: { const: 'message_created' },
      data: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          createdAt: { $ref: '#/components/schemas/Time' },
          conversationId: { type: 'string' },
          userId: { type: 'string' },
          payload: { $ref: '#/components/schemas/Payload' },
          metadata: { $ref: '#/components/schemas/JsonObject' },
          isBot: { type: 'boolean' },
        },
        required: ['id', 'createdAt', 'conversationId', 'userId', 'payload', 'isBot'],
      },
    },
    required: ['type', 'data'],
  },
  MessageDeletedSignal: {
    type: 'object',
    properties: {
      type: { const: 'message_deleted' },
      data: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          conversationId: { type: 'string' },
          userId: { type: 'string' },
        },
        required: ['id', 'conversationId', 'userId'],
      },
    },
    required: ['type', 'data'],
  },
  EventCreatedSignal: {
    type: 'object',
    properties: {
      type: { const: 'event_created' },
      data: {
        type: 'object',
        properties: {
          id: {
            description: 'Null for an event of the bot, which cannot be fetched.',
            type: ['string', 'null'],
          },
          createdAt: { $ref: '#/components/schemas/Time' },
          conversationId: { type: 'string' },
          userId: { type: 'string' },
          payload: { $ref: '#/components/schemas/JsonObject' },
          isBot: { type: 'boolean' },
        },
        required: ['id', 'createdAt', 'conversationId', 'userId', 'payload', 'isBot'],
      },
    },
    required: ['type', 'data'],
  },
  ParticipantAddedSignal: {
    type: 'object',
    properties: {
      type: { const: 'participant_added' },
      data: {
        type: 'object',
        properties: { conversationId: { type: 'string' }, participantId: { type: 'string' } },
        required: ['conversationId', 'participantId'],
      },
    },
    required: ['type', 'data'],
  },
  ParticipantRemovedSignal: {
    type: 'object',
    properties: {
      type: { const: 'participant_removed' },
      data: {
        type: 'object',
        properties: { conversationId: { type: 'string' }, participantId: { type: 'string' } },
        required: ['conversationId', 'participantId'],
      },
    },
    required: ['type', 'data'],
  },
  MessageStreamDeltaSignal: {
    description:
      "A piece of a bot's message while it is being written; pieces of one stream are ordered by `sequence`.",
    type: 'object',
    properties: {
      type: { const: 'message_stream_delta' },
      data: {
        type: 'object',
        properties: {
          streamId: { type: 'string' },
          conversationId: { type: 'string' },
          userId: { type: 'string' },
          createdAt: { $ref: '#/components/schemas/Time' },
          clientMessageId: { type: 'string' },
          sequence: { type: 'integer', minimum: 0 },
          delta: { type: 'string' },
        },
        required: ['streamId', 'conversationId', 'userId', 'createdAt', 'sequence', 'delta'],
      },
    },
    required: ['type', 'data'],
  },
  MessageStreamCompleteSignal: {
    type: 'object',
    properties: {
      type: { const: 'message_stream_complete' },
      data: {
        type: 'object',
        properties: { streamId: { type: 'string' }, message: { $ref: '#/components/schemas/Message' } },
        required: ['streamId', 'message'],
      },
    },
    required: ['type', 'data'],
  },
  MessageStreamAbortSignal: {
    type: 'object',
    properties: {
      type: { const: 'message_stream_abort' },
      data: {
        type: 'object',
        properties: { streamId: { type: 'string' }, conversationId: { type: 'string' } },
        required: ['streamId', 'conversationId'],
      },
    },
    required: ['type', 'data'],
  },
  Signal: {
    description: 'What a stream carries: one JSON object in the `data` of each SSE event.',
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: [
      { $ref: '#/components/schemas/MessageCreatedSignal' },
      { $ref: '#/components/schemas/MessageDeletedSignal' },
      { $ref: '#/components/schemas/EventCreatedSignal' },
      { $ref: '#/components/schemas/ParticipantAddedSignal' },
      { $ref: '#/components/schemas/ParticipantRemovedSignal' },
      { $ref: '#/components/schemas/MessageStreamDeltaSignal' },
      { $ref: '#/components/schemas/MessageStreamCompleteSignal' },
      { $ref: '#/components/schemas/MessageStreamAbortSignal' },
    ],
  },

  // What our own server adds: the SSE event's name is the `type`, its data the `data`

  TypingSignal: {
    description: 'Somebody is typing. It ends by itself after 6 s.',
    type: 'object',
    properties: {
      type: { const: 'typing' },
      data: {
        type: 'object',
        properties: { conversationId: { type: 'string' }, userId: { type: 'string' } },
        required: ['conversationId', 'userId'],
      },
    },
    required: ['type', 'data'],
  },
  ConversationSignal: {
    description: 'The user takes part in a conversation from now on, or no longer.',
    type: 'object',
    properties: {
      type: { enum: ['conversation_added', 'conversation_removed'] },
      data: {
        type: 'object',
        properties: { conversationId: { type: 'string' } },
        required: ['conversationId'],
      },
    },
    required: ['type', 'data'],
  },
  UserSignal: {
    description: "What the stream of all of a user's conversations carries.",
    type: 'object',
    required: ['type'],
    oneOf: [
      { $ref: '#/components/schemas/Signal' },
      { $ref: '#/components/schemas/TypingSignal' },
      { $ref: '#/components/schemas/ConversationSignal' },
    ],
  },
} as const

export type Schemas = typeof schemas
export type SchemaName = keyof Schemas
