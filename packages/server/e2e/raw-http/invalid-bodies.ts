import type { OperationName, Operations } from '@parley/core/contract'

/** Ids that are not 1 to 70 characters of `[a-zA-Z0-9_\-\\/]`. */
export const invalidIds: readonly string[] = [
  '',
  'a'.repeat(71),
  'a b',
  'a\n',
  '\na',
  'a\r\n',
  'a\0',
  'ü',
  '💬',
  'а',
  'a.b',
  'a%2Fb',
  '..',
  'a?',
  'a#b',
  "'; --",
]

const nonStrings = [null, 7, true, [], ['a'], {}]
const nonObjects = [null, [], 'text', 7, false]
const invalidStrings = ['', ...nonStrings]
const invalidRequiredStrings = [undefined, ...invalidStrings]

const idBodies = [...invalidIds, ...nonStrings].map((id) => ({ id }))
const userBodies = [
  ...nonStrings.flatMap((value) => [{ name: value }, { pictureUrl: value }, { profile: value }]),
  { name: 'x'.repeat(257) },
  { pictureUrl: 'x'.repeat(2049) },
  { profile: 'x'.repeat(1001) },
  { name: 'Ada', pictureUrl: null },
]

const action = { action: 'say', label: 'Yes', value: 'yes' }
const card = { type: 'card', title: 'Tea', actions: [action] }
const option = { label: 'Yes', value: 'yes' }
const text = { type: 'text', text: 'Hello' }

/** Payloads of each type with one invalid field. */
export const invalidPayloads: Record<string, unknown[]> = {
  'no type': [
    ...nonObjects,
    undefined,
    {},
    ...invalidRequiredStrings.map((type) => ({ type, text: 'Hello' })),
  ],
  'an unknown type': ['nope', 'Text', 'text ', '__proto__', 'constructor', 'toString'].map((type) => ({
    ...text,
    type,
  })),
  text: invalidRequiredStrings.map((value) => ({ type: 'text', text: value })),
  markdown: invalidRequiredStrings.map((value) => ({ type: 'markdown', markdown: value })),
  image: invalidRequiredStrings.map((value) => ({ type: 'image', imageUrl: value })),
  audio: invalidRequiredStrings.map((value) => ({ type: 'audio', audioUrl: value })),
  video: invalidRequiredStrings.map((value) => ({ type: 'video', videoUrl: value })),
  file: [
    ...invalidRequiredStrings.map((value) => ({ type: 'file', fileUrl: value })),
    ...invalidStrings.map((value) => ({ type: 'file', fileUrl: 'f', title: value })),
  ],
  location: [
    ...[undefined, null, '1', [], {}].flatMap((value) => [
      { type: 'location', latitude: value, longitude: 1 },
      { type: 'location', latitude: 1, longitude: value },
    ]),
    ...nonStrings.flatMap((value) => [
      { type: 'location', latitude: 1, longitude: 1, address: value },
      { type: 'location', latitude: 1, longitude: 1, title: value },
    ]),
  ],
  card: [
    ...invalidRequiredStrings.map((value) => ({ ...card, title: value })),
    ...invalidStrings.flatMap((value) => [
      { ...card, subtitle: value },
      { ...card, imageUrl: value },
    ]),
    ...[undefined, null, {}, 'say', [null], [{}], [[]]].map((value) => ({ ...card, actions: value })),
    ...invalidRequiredStrings.flatMap((value) => [
      { ...card, actions: [{ ...action, label: value }] },
      { ...card, actions: [{ ...action, value }] },
    ]),
    ...['call', 'Say', ...invalidRequiredStrings].map((value) => ({
      ...card,
      actions: [{ ...action, action: value }],
    })),
  ],
  carousel: [
    undefined,
    null,
    {},
    [null],
    [{}],
    [text],
    [{ title: 'Tea', actions: [] }],
    [card, { ...card, title: '' }],
  ].map((items) => ({ type: 'carousel', items })),
  choice: invalidOptionPayloads('choice'),
  dropdown: invalidOptionPayloads('dropdown'),
  bloc: [
    undefined,
    null,
    {},
    [null],
    [{}],
    [card],
    [{ type: 'bloc', items: [] }],
    [text, { ...text, text: '' }],
  ].map((items) => ({ type: 'bloc', items })),
}

function invalidOptionPayloads(type: string): unknown[] {
  return [
    ...invalidRequiredStrings.map((value) => ({ type, text: value, options: [option] })),
    ...[undefined, null, {}, 'yes', [null], [{}], ['yes']].map((options) => ({
      type,
      text: 'Tea?',
      options,
    })),
    ...invalidRequiredStrings.flatMap((value) => [
      { type, text: 'Tea?', options: [{ ...option, label: value }] },
      { type, text: 'Tea?', options: [{ ...option, value }] },
    ]),
  ]
}

/** The operations that have a request body. */
export type OperationWithBody = {
  [Name in OperationName]: Operations[Name] extends { readonly body: string } ? Name : never
}[OperationName]

/** Bodies that do not match the schema of the operation. The conversation `c1` and the user `ada` must exist. */
export const invalidBodies: Record<OperationWithBody, unknown[]> = {
  createUser: [...nonObjects, ...idBodies, ...userBodies],
  getOrCreateUser: [...nonObjects, ...userBodies],
  updateUser: [...nonObjects, ...userBodies],
  createConversation: [...nonObjects, ...idBodies],
  getOrCreateConversation: [...nonObjects, {}, { ID: 'c1' }, ...idBodies],
  addParticipant: [...nonObjects, {}, ...invalidStrings.map((userId) => ({ userId }))],
  createMessage: [
    ...nonObjects,
    {},
    { conversationId: 'c1' },
    ...invalidRequiredStrings.map((conversationId) => ({ conversationId, payload: text })),
    ...nonObjects.map((metadata) => ({ conversationId: 'c1', payload: text, metadata })),
  ],
  createEvent: [
    ...nonObjects,
    {},
    { conversationId: 'c1' },
    ...invalidRequiredStrings.map((conversationId) => ({ conversationId, payload: {} })),
    ...nonObjects.map((payload) => ({ conversationId: 'c1', payload })),
  ],
}
