import type { PayloadType } from '@parley/core/contract'
import { samples } from './samples.ts'

/** What the visitor wants of the bot. */
export type BotRequest =
  | { type: 'show'; types: readonly PayloadType[] }
  | { type: 'menu' }
  | { type: 'change_mind' }
  | { type: 'talk'; text: string }

const types = Object.keys(samples) as PayloadType[]
/** Other words for the types. */
const synonyms: Record<string, PayloadType> = {
  block: 'bloc',
  buttons: 'choice',
  choices: 'choice',
  document: 'file',
  map: 'location',
  md: 'markdown',
  movie: 'video',
  photo: 'image',
  picture: 'image',
  place: 'location',
  select: 'dropdown',
  sound: 'audio',
}

/** Understands “show card”, “Show me a card, please”, “card”, “show everything”, “help”; anything else is talk. */
export function readRequest(text: string): BotRequest {
  const words: string[] = text.toLowerCase().match(/[a-z]+/g) ?? []
  const isShow = words.includes('show')
  const isRequest = isShow || words.length <= 2
  const named = types.filter((type) => words.some((word) => findType(word) === type))

  if ((isRequest && words.includes('everything')) || (isShow && words.includes('all')))
    return { type: 'show', types }
  if (isRequest && named.length > 0) return { type: 'show', types: named }
  if (words.includes('help') || words.includes('menu')) return { type: 'menu' }
  if (text.toLowerCase().includes('change your mind')) return { type: 'change_mind' }
  return { type: 'talk', text }
}

function findType(word: string): PayloadType | undefined {
  return [word, word.replace(/s$/, '')]
    .map((each) => synonyms[each] ?? types.find((type) => type === each))
    .find(Boolean)
}
