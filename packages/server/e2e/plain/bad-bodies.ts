import type { OperationName, Operations } from '@parley/core/contract'

/** Ids that break the rule: 1 to 70 characters of `[a-zA-Z0-9_\-\\/]`. */
export const badIds: readonly string[] = [
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

const notStrings = [null, 7, true, [], ['a'], {}]
const notObjects = [null, [], 'text', 7, false]
const notFilled = ['', ...notStrings]
const notTexts = [undefined, ...notFilled]

const ids = [...badIds, ...notStrings].map((id) => ({ id }))
const fields = [
  ...notStrings.flatMap((value) => [{ name: value }, { pictureUrl: value }, { profile: value }]),
  { name: 'x'.repeat(257) },
  { pictureUrl: 'x'.repeat(2049) },
  { profile: 'x'.repeat(1001) },
  { name: 'Ada', pictureUrl: null },
]

const action = { action: 'say', label: 'Yes', value: 'yes' }
const card = { type: 'card', title: 'Tea', actions: [action] }
const option = { label: 'Yes', value: 'yes' }
const text = { type: 'text', text: 'Hello' }

/** Payloads of each kind with one thing wrong. */
export const badPayloads: Record<string, unknown[]> = {
  'no kind': [...notObjects, undefined, {}, ...notTexts.map((type) => ({ type, text: 'Hello' }))],
  'an unknown kind': ['nope', 'Text', 'text ', '__proto__', 'constructor', 'toString'].map((type) => ({
    ...text,
    type,
  })),
  text: notTexts.map((value) => ({ type: 'text', text: value })),
  markdown: notTexts.map((value) => ({ type: 'markdown', markdown: value })),
  image: notTexts.map((value) => ({ type: 'image', imageUrl: value })),
  audio: notTexts.map((value) => ({ type: 'audio', audioUrl: value })),
  video: notTexts.map((value) => ({ type: 'video', videoUrl: value })),
  file: [
    ...notTexts.map((value) => ({ type: 'file', fileUrl: value })),
    ...notFilled.map((value) => ({ type: 'file', fileUrl: 'f', title: value })),
  ],
  location: [
    ...[undefined, null, '1', [], {}].flatMap((value) => [
      { type: 'location', latitude: value, longitude: 1 },
      { type: 'location', latitude: 1, longitude: value },
    ]),
    ...notStrings.flatMap((value) => [
      { type: 'location', latitude: 1, longitude: 1, address: value },
      { type: 'location', latitude: 1, longitude: 1, title: value },
    ]),
  ],
  card: [
    ...notTexts.map((value) => ({ ...card, title: value })),
    ...notFilled.flatMap((value) => [
      { ...card, subtitle: value },
      { ...card, imageUrl: value },
    ]),
    ...[undefined, null, {}, 'say', [null], [{}], [[]]].map((value) => ({ ...card, actions: value })),
    ...notTexts.flatMap((value) => [
      { ...card, actions: [{ ...action, label: value }] },
      { ...card, actions: [{ ...action, value }] },
    ]),
    ...['call', 'Say', ...notTexts].map((value) => ({ ...card, actions: [{ ...action, action: value }] })),
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
  choice: badOptions('choice'),
  dropdown: badOptions('dropdown'),
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

function badOptions(type: string): unknown[] {
  return [
    ...notTexts.map((value) => ({ type, text: value, options: [option] })),
    ...[undefined, null, {}, 'yes', [null], [{}], ['yes']].map((options) => ({
      type,
      text: 'Tea?',
      options,
    })),
    ...notTexts.flatMap((value) => [
      { type, text: 'Tea?', options: [{ ...option, label: value }] },
      { type, text: 'Tea?', options: [{ ...option, value }] },
    ]),
  ]
}

/** The operations that read a body. */
export type WritingName = {
  [Name in OperationName]: Operations[Name] extends { readonly body: string } ? Name : never
}[OperationName]

/** Bodies that the operation refuses for their form. `c1` and `ada` stand for a conversation and a user that exist. */
export const badBodies: Record<WritingName, unknown[]> = {
  createUser: [...notObjects, ...ids, ...fields],
  getOrCreateUser: [...notObjects, ...fields],
  updateUser: [...notObjects, ...fields],
  createConversation: [...notObjects, ...ids],
  getOrCreateConversation: [...notObjects, {}, { ID: 'c1' }, ...ids],
  addParticipant: [...notObjects, {}, ...notFilled.map((userId) => ({ userId }))],
  createMessage: [
    ...notObjects,
    {},
    { conversationId: 'c1' },
    ...notTexts.map((conversationId) => ({ conversationId, payload: text })),
    ...notObjects.map((metadata) => ({ conversationId: 'c1', payload: text, metadata })),
  ],
  createEvent: [
    ...notObjects,
    {},
    { conversationId: 'c1' },
    ...notTexts.map((conversationId) => ({ conversationId, payload: {} })),
    ...notObjects.map((payload) => ({ conversationId: 'c1', payload })),
  ],
}
