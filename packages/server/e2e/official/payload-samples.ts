import type { BlocItem, Option, PayloadOf, PayloadType } from '@parley/core/contract'

const card: PayloadOf<'card'> = {
  type: 'card',
  title: 'Front row',
  subtitle: 'Two seats left',
  imageUrl: 'https://example.com/seat.png',
  actions: [
    { action: 'say', label: 'Take it', value: 'I take it' },
    { action: 'postback', label: 'Hold it', value: 'hold' },
    { action: 'url', label: 'See it', value: 'https://example.com/seat' },
  ],
}

const options: Option[] = [
  { label: 'Yes', value: 'yes' },
  { label: 'No', value: 'no' },
]

const simple: { [Type in BlocItem['type']]: Extract<BlocItem, { type: Type }> } = {
  text: { type: 'text', text: 'héllo "you" \u{1F600}\r\n\u2028' },
  markdown: { type: 'markdown', markdown: '# Today\n- **one**' },
  image: { type: 'image', imageUrl: 'https://example.com/i.png' },
  audio: { type: 'audio', audioUrl: 'https://example.com/a.wav' },
  video: { type: 'video', videoUrl: 'https://example.com/v.mp4' },
  file: { type: 'file', fileUrl: 'https://example.com/f.pdf', title: 'The bill' },
  location: { type: 'location', latitude: 46.5, longitude: -71.25, address: '', title: '' },
}

/** One payload of every type, with all optional fields. */
export const payloadSamples: { [Type in PayloadType]: PayloadOf<Type> } = {
  ...simple,
  card,
  carousel: { type: 'carousel', items: [card, { type: 'card', title: 'Bare', actions: [] }] },
  choice: { type: 'choice', text: 'Well?', options },
  dropdown: { type: 'dropdown', text: 'Well?', options },
  bloc: { type: 'bloc', items: Object.values(simple) },
}
