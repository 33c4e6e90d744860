import type { PayloadOf } from '@parley/core/contract'

const text =
  'Ahoy! I am Polly, the demo bot of Parley. Your messages travel through a real Chat API: they are stored, ' +
  'and my answer reaches you while I am still writing it.'

const menu: PayloadOf<'choice'> = {
  type: 'choice',
  text: 'Ask me to show a kind of message, such as “show card”, say anything else, or start here:',
  options: [
    { label: 'Show everything', value: 'show everything' },
    { label: 'Show a card', value: 'show card' },
    { label: 'Tell me a story', value: 'tell me a story' },
    { label: 'What is Parley?', value: 'what is parley?' },
  ],
}

/** The bot sends both in a new conversation, and the menu again on request. */
export const greeting = { text, menu } as const
