import type { CardAction, Option, Payload, PayloadOf } from '@parley/core'

/** A payload with validated fields. The items of a `bloc` are validated separately. */
export type ParsedPayload = Exclude<Payload, { type: 'bloc' }> | { type: 'bloc'; items: readonly unknown[] }

/**
 * Validates a payload. Returns undefined if it cannot be shown.
 *
 * Our server validates payloads, but the page can connect to any server. Invalid optional fields and list items are
 * omitted; invalid required fields reject the payload.
 */
export function parsePayload(value: unknown): ParsedPayload | undefined {
  const fields = toFields(value)
  switch (fields?.['type']) {
    case 'text': {
      const text = parseText(fields['text'])
      return text === undefined ? undefined : { type: 'text', text }
    }
    case 'markdown': {
      const markdown = parseText(fields['markdown'])
      return markdown === undefined ? undefined : { type: 'markdown', markdown }
    }
    case 'image': {
      const imageUrl = parseText(fields['imageUrl'])
      return imageUrl === undefined ? undefined : { type: 'image', imageUrl }
    }
    case 'audio': {
      const audioUrl = parseText(fields['audioUrl'])
      return audioUrl === undefined ? undefined : { type: 'audio', audioUrl }
    }
    case 'video': {
      const videoUrl = parseText(fields['videoUrl'])
      return videoUrl === undefined ? undefined : { type: 'video', videoUrl }
    }
    case 'file': {
      const fileUrl = parseText(fields['fileUrl'])
      return fileUrl === undefined ? undefined : { type: 'file', fileUrl, ...parseTexts(fields, ['title']) }
    }
    case 'location': {
      const { latitude, longitude } = fields
      if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined
      return { type: 'location', latitude, longitude, ...parseTexts(fields, ['title', 'address']) }
    }
    case 'card':
      return parseCard(fields)
    case 'carousel': {
      const items = parseList(fields['items'], parseCard)
      return items && { type: 'carousel', items }
    }
    case 'choice':
    case 'dropdown': {
      const text = parseText(fields['text']) ?? ''
      const options = parseList(fields['options'], parseOption)
      return options && { type: fields['type'], text, options }
    }
    case 'bloc':
      return Array.isArray(fields['items']) ? { type: 'bloc', items: fields['items'] } : undefined
    default:
      return undefined
  }
}

type Fields = Record<string, unknown>

function toFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

function parseText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function parseTexts<Name extends string>(fields: Fields, names: readonly Name[]): { [Key in Name]?: string } {
  const texts: { [Key in Name]?: string } = {}
  for (const name of names) {
    const text = parseText(fields[name])
    if (text) texts[name] = text
  }
  return texts
}

function parseList<Item>(value: unknown, parse: (item: unknown) => Item | undefined): Item[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.map(parse).filter((item) => item !== undefined)
}

function parseCard(value: unknown): PayloadOf<'card'> | undefined {
  const fields = toFields(value)
  const title = parseText(fields?.['title'])
  if (!fields || title === undefined) return undefined
  const actions = parseList(fields['actions'], parseAction) ?? []
  return { type: 'card', title, actions, ...parseTexts(fields, ['subtitle', 'imageUrl']) }
}

function parseAction(value: unknown): CardAction | undefined {
  const action = toFields(value)?.['action']
  const option = parseOption(value)
  const isKnown = action === 'postback' || action === 'url' || action === 'say'
  return option && isKnown ? { action, ...option } : undefined
}

function parseOption(value: unknown): Option | undefined {
  const fields = toFields(value)
  const label = parseText(fields?.['label'])
  const optionValue = parseText(fields?.['value'])
  return label === undefined || optionValue === undefined ? undefined : { label, value: optionValue }
}
