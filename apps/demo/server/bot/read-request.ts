import type { PayloadType } from '@parley/core/contract'
import { samples } from './samples.ts'

/** A command for the bot, or a text without one. */
export type BotRequest =
  | { type: 'show'; types: readonly PayloadType[] }
  | { type: 'menu' }
  | { type: 'change_mind' }
  /** Asks what the user has said before. */
  | { type: 'recall' }
  | { type: 'talk'; text: string }

const types = Object.keys(samples) as PayloadType[]
/** Synonyms of payload types. */
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

/** Recognizes “show card”, “Show me a card, please”, “card”, “show everything” and “help”. */
export function readRequest(text: string): BotRequest {
  const words: string[] = text.toLowerCase().match(/[a-z]+/g) ?? []
  const isShow = words.includes('show')
  const isRequest = isShow || words.length <= 2
  const namedTypes = types.filter((type) => words.some((word) => findType(word) === type))

  if ((isRequest && words.includes('everything')) || (isShow && words.includes('all')))
    return { type: 'show', types }
  if (isRequest && namedTypes.length > 0) return { type: 'show', types: namedTypes }
  if (words.includes('help') || words.includes('menu')) return { type: 'menu' }
  if (text.toLowerCase().includes('change your mind')) return { type: 'change_mind' }
  if (/what (did|have) i (say|said)/i.test(text)) return { type: 'recall' }
  return { type: 'talk', text }
}

function findType(word: string): PayloadType | undefined {
  return [word, word.replace(/s$/, '')]
    .map((name) => synonyms[name] ?? types.find((type) => type === name))
    .find(Boolean)
}
