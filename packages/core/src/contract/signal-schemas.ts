/** The signals of streams. */
export const signalSchemas = {
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
            description: 'Null for events of the bot, which cannot be fetched.',
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
    description: "A delta of a bot's streaming message. `sequence` orders the deltas of one `streamId`.",
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
    description: 'A signal of a conversation, sent as one JSON object in the `data` of an SSE event.',
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

  // Signals of `@parley/server` only, sent as SSE events: their name is the `type`, their data the `data`

  TypingSignal: {
    description: 'A user is typing. Expires after 6 s.',
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
    description: 'The user has become a participant in a conversation, or is no longer one.',
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
    description: 'A signal of the stream that covers all conversations of a user.',
    type: 'object',
    required: ['type'],
    oneOf: [
      { $ref: '#/components/schemas/Signal' },
      { $ref: '#/components/schemas/TypingSignal' },
      { $ref: '#/components/schemas/ConversationSignal' },
    ],
  },
} as const
