/** The payloads of messages: 12 types, discriminated by `type`, and their parts. */
export const payloadSchemas = {
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
    description: 'The content of a message, discriminated by `type`. Additional keys are allowed and stored.',
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
} as const
