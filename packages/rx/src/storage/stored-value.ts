import type { KeyValueStorage, StorageOption } from '@parley/core'
import { createMutex } from '../time/mutex.ts'

/** The version of the format that this code writes. */
const formatVersion = 1

/** A text or list in a storage, with the version of its format. An empty value is not stored. */
export interface StoredValue<Value> {
  /**
   * Empty if the content is missing, invalid, or has the format of a newer version.
   *
   * @throws Whatever the storage throws.
   */
  read: () => Promise<Value>
  /**
   * Changes the value; changes run one after another. Resolves when the value is written or writing failed. Does not
   * overwrite the format of a newer version, or content that cannot be read, as it may be readable later.
   *
   * @param change - Returns undefined to write nothing.
   */
  update: (change: (value: Value) => Value | undefined) => Promise<void>
}

/** A kind of value: how to read it, from this format and from the unversioned one of before. */
interface Kind<Value> {
  parse: (content: unknown) => Value
  parseUnversioned: (text: string) => Value
}

/** Stores a list of objects, such as pending messages or read markers. */
export const createStoredList = <Item extends object>(
  storage: StorageOption<KeyValueStorage> | undefined,
  name: string,
): StoredValue<Item[]> => {
  const parse = (content: unknown): Item[] =>
    Array.isArray(content) ? content.filter((item): item is Item => item instanceof Object) : []
  return createStoredValue(storage, name, { parse, parseUnversioned: (text) => parse(parseJson(text)) })
}

/** A text that is also kept in memory, for pages without a storage and for storages that fail. */
export interface StoredText {
  /** Never fails. */
  read: () => Promise<string>
  /** Never fails. A slow write does not overwrite a later one. */
  write: (text: string) => Promise<void>
}

/** Stores a text, such as a draft or an id. */
export function createStoredText(
  storage: StorageOption<KeyValueStorage> | undefined,
  name: string,
): StoredText {
  const stored = createStoredValue(storage, name, {
    parse: (content) => (typeof content === 'string' ? content : ''),
    parseUnversioned: (text) => text,
  })
  let latest = ''
  return {
    read: () =>
      stored.read().then(
        (text) => text || latest,
        () => latest,
      ),
    write(text) {
      latest = text
      return stored.update(() => (text === latest ? text : undefined))
    },
  }
}

function createStoredValue<Value extends { readonly length: number }>(
  option: StorageOption<KeyValueStorage> | undefined,
  name: string,
  { parse, parseUnversioned }: Kind<Value>,
): StoredValue<Value> {
  const runExclusive = createMutex()

  function decode(text: string | null | undefined): { value: Value; isNewer: boolean } {
    const content = parseJson(text ?? '') as { version?: unknown; value?: unknown } | null | undefined
    const { version, value } = content ?? {}
    const isVersioned = typeof version === 'number' && value !== undefined
    const isNewer = isVersioned && version > formatVersion
    if (isVersioned) return { isNewer, value: parse(isNewer ? undefined : value) }
    return { isNewer, value: parseUnversioned(text ?? '') }
  }

  return {
    read: async () => decode(await openStorage(option)?.getItem(name)).value,
    update: (change) =>
      runExclusive(async () => {
        const storage = openStorage(option)
        const content = storage?.getItem(name)
        // Waits only if necessary: a page may be about to close.
        const { value, isNewer } = decode(content instanceof Promise ? await content : content)
        const next = isNewer ? undefined : change(value)
        if (next?.length)
          await storage?.setItem(name, JSON.stringify({ version: formatVersion, value: next }))
        else if (next !== undefined) await storage?.removeItem?.(name)
      }).catch(() => {
        // The storage is full or blocked.
      }),
  }
}

/** Accesses the storage on first use. Merely accessing `localStorage` throws in sandboxed frames. */
function openStorage(option: StorageOption<KeyValueStorage> | undefined): KeyValueStorage | undefined {
  try {
    return option === 'local' ? localStorage : option instanceof Function ? option() : option
  } catch {
    return undefined
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
