import { readFileSync } from 'node:fs'
import type { Payload, PayloadType } from '@parley/core'

/** The types of payloads, in the order of the page. */
export const payloadTypes = [
  'text',
  'markdown',
  'image',
  'audio',
  'video',
  'file',
  'location',
  'card',
  'carousel',
  'choice',
  'dropdown',
  'bloc',
] as const satisfies PayloadType[]

/** Reads the payload that the page shows. `mapUrl` changes the URLs of its files. */
export function readPayload(
  type: PayloadType,
  mapUrl = (url: string): string => url,
): Payload {
  const file = readFileSync(new URL(`${type}.json`, import.meta.url), 'utf8')
  return JSON.parse(file, (key, value: unknown) =>
    /^\w+Url$/.test(key) && typeof value === 'string' ? mapUrl(value) : value,
  ) as Payload
}
