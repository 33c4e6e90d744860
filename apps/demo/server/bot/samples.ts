import type { PayloadOf, PayloadType } from '@parley/core/contract'

const card: PayloadOf<'card'> = {
  type: 'card',
  title: 'A night in the lighthouse',
  subtitle: 'Round bed, round table, and a view that goes round as well.',
  imageUrl: '/media/lighthouse.svg',
  actions: [
    { action: 'postback', label: 'Book the night', value: 'book lighthouse' },
    { action: 'say', label: 'Ask about the stairs', value: 'How many stairs are there?' },
    { action: 'url', label: 'Read about lighthouses', value: 'https://en.wikipedia.org/wiki/Lighthouse' },
  ],
}

/** One payload of each type. The media files are in `public/media`. */
export const samples: { [Type in PayloadType]: PayloadOf<Type> } = {
  text: {
    type: 'text',
    text: `This is plain text.
It keeps its line breaks, and *stars* stay stars.
URLs become links: https://en.wikipedia.org/wiki/Parley`,
  },
  markdown: {
    type: 'markdown',
    markdown: `## Markdown

It has **weight**, *slant*, [links](https://commonmark.org) and \`code\`:

\`\`\`ts
// Each signal once and in order, even after a reconnect.
for await (const signal of me.listenConversation({ id: 'c1' })) {
  if (signal.type === 'message_created') show(signal.data.payload)
}
\`\`\`

| Wind | Name |
|---|---|
| 4 | moderate breeze |
| 8 | gale |

- [x] hoist the flag
- [ ] find the island

> A smooth sea never made a skilled sailor.`,
  },
  image: { type: 'image', imageUrl: '/media/harbour.svg' },
  audio: { type: 'audio', audioUrl: '/media/bells.wav' },
  video: { type: 'video', videoUrl: '/media/waves.mp4' },
  file: { type: 'file', fileUrl: '/media/ships-log.txt', title: 'The ship’s log (text)' },
  location: {
    type: 'location',
    latitude: 39.35505,
    longitude: -9.38107,
    title: 'Peniche',
    address: 'Cabo Carvoeiro, Portugal',
  },
  card,
  carousel: {
    type: 'carousel',
    items: [
      card,
      {
        type: 'card',
        title: 'A morning in the harbor',
        subtitle: 'Coffee on the quay while the boats come in.',
        imageUrl: '/media/harbour.svg',
        actions: [{ action: 'postback', label: 'Book the morning', value: 'book harbor' }],
      },
      {
        type: 'card',
        title: 'An afternoon on the island',
        subtitle: 'One palm tree, plenty of sand, no treasure. Promised.',
        imageUrl: '/media/island.svg',
        actions: [{ action: 'postback', label: 'Book the afternoon', value: 'book island' }],
      },
    ],
  },
  choice: {
    type: 'choice',
    text: 'Which drink belongs on a ship?',
    options: [
      { label: 'Grog', value: 'drink grog' },
      { label: 'Tea', value: 'drink tea' },
      { label: 'Lemon water', value: 'drink lemon water' },
    ],
  },
  dropdown: {
    type: 'dropdown',
    text: 'Where shall we sail?',
    options: [
      { label: 'Porto', value: 'sail to Porto' },
      { label: 'Madeira', value: 'sail to Madeira' },
      { label: 'The Azores', value: 'sail to the Azores' },
      { label: 'Just out of the harbor', value: 'sail to the buoy' },
    ],
  },
  bloc: {
    type: 'bloc',
    items: [
      { type: 'text', text: 'A bloc contains several items in one message:' },
      { type: 'image', imageUrl: '/media/island.svg' },
      { type: 'markdown', markdown: 'some **markdown**, and a file.' },
      { type: 'file', fileUrl: '/media/ships-log.txt', title: 'The ship’s log (text)' },
    ],
  },
}
