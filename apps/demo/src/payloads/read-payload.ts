import type { CardAction, Option, Payload, PayloadOf } from '@parley/core'

/** A payload whose fields are what they should be. What stands in a `bloc` is read item by item. */
export type ReadPayload = Exclude<Payload, { type: 'bloc' }> | { type: 'bloc'; items: readonly unknown[] }

/**
 * Reads what a message holds; undefined where it is nothing that can be shown.
 *
 * Types hold for what our server has checked, but a page shows whatever its server sends. Optional fields of a wrong
 * form are left out, and so are list items; only what nothing can be shown without is insisted on.
 */
export function readPayload(value: unknown): ReadPayload | undefined {
  const fields = readFields(value)
  switch (fields?.['type']) {
    case 'text': {
      const text = readText(fields['text'])
      return text === undefined ? undefined : { type: 'text', text }
    }
    case 'markdown': {
      const markdown = readText(fields['markdown'])
      return markdown === undefined ? undefined : { type: 'markdown', markdown }
    }
    case 'image': {
      const imageUrl = readText(fields['imageUrl'])
      return imageUrl === undefined ? undefined : { type: 'image', imageUrl }
    }
    case 'audio': {
      const audioUrl = readText(fields['audioUrl'])
      return audioUrl === undefined ? undefined : { type: 'audio', audioUrl }
    }
    case 'video': {
      const videoUrl = readText(fields['videoUrl'])
      return videoUrl === undefined ? undefined : { type: 'video', videoUrl }
    }
    case 'file': {
      const fileUrl = readText(fields['fileUrl'])
      return fileUrl === undefined ? undefined : { type: 'file', fileUrl, ...readTexts(fields, ['title']) }
    }
    case 'location': {
      const { latitude, longitude } = fields
      if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined
      return { type: 'location', latitude, longitude, ...readTexts(fields, ['title', 'address']) }
    }
    case 'card':
      return readCard(fields)
    case 'carousel': {
      const items = readList(fields['items'], readCard)
      return items && { type: 'carousel', items }
    }
    case 'choice':
    case 'dropdown': {
      const text = readText(fields['text']) ?? ''
      const options = readList(fields['options'], readOption)
      return options && { type: fields['type'], text, options }
    }
    case 'bloc':
      return Array.isArray(fields['items']) ? { type: 'bloc', items: fields['items'] } : undefined
    default:
      return undefined
  }
}

type Fields = Record<string, unknown>

function readFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function readTexts<Name extends string>(fields: Fields, names: readonly Name[]): { [Each in Name]?: string } {
  const texts: { [Each in Name]?: string } = {}
  for (const name of names) {
    const text = readText(fields[name])
    if (text) texts[name] = text
  }
  return texts
}

function readList<Item>(value: unknown, read: (item: unknown) => Item | undefined): Item[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.map(read).filter((item) => item !== undefined)
}

function readCard(value: unknown): PayloadOf<'card'> | undefined {
  const fields = readFields(value)
  const title = readText(fields?.['title'])
  if (!fields || title === undefined) return undefined
  const actions = readList(fields['actions'], readAction) ?? []
  return { type: 'card', title, actions, ...readTexts(fields, ['subtitle', 'imageUrl']) }
}

function readAction(value: unknown): CardAction | undefined {
  const action = readFields(value)?.['action']
  const option = readOption(value)
  const isKnown = action === 'postback' || action === 'url' || action === 'say'
  return option && isKnown ? { action, ...option } : undefined
}

function readOption(value: unknown): Option | undefined {
  const fields = readFields(value)
  const label = readText(fields?.['label'])
  const meaning = readText(fields?.['value'])
  return label === undefined || meaning === undefined ? undefined : { label, value: meaning }
}
