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

/** How a kind of value is stored. `version` is undefined in the earlier format without versions. */
interface Format<Value> {
  parse: (text: string) => { version: number | undefined; value: Value }
  toJson: (value: Value) => unknown
}

/**
 * Stores a list of objects, such as pending messages or read markers. The version is the first item: tabs with earlier
 * code ignore it and keep the other items, so that tabs before and after a deployment can share the list.
 */
export const createStoredList = <Item extends object>(
  storage: StorageOption<KeyValueStorage> | undefined,
  name: string,
): StoredValue<Item[]> =>
  createStoredValue<Item[]>(storage, name, {
    parse(text) {
      const content = parseJson(text)
      const list: unknown[] = Array.isArray(content) ? content : []
      // A newer format may be anything with a version.
      const version = getVersion(list[0] ?? content)
      const items = version === undefined ? list : list.slice(1)
      return { version, value: items.filter((item): item is Item => item instanceof Object) }
    },
    toJson: (items) => [{ version: formatVersion }, ...items],
  })

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
    parse(text) {
      const content = parseJson(text)
      const version = getVersion(content)
      const value = version === undefined ? text : (content as { value?: unknown }).value
      return { version, value: typeof value === 'string' ? value : '' }
    },
    toJson: (value) => ({ version: formatVersion, value }),
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
  { parse, toJson }: Format<Value>,
): StoredValue<Value> {
  const runExclusive = createMutex()

  function decode(text: string | null | undefined): { value: Value; isNewer: boolean } {
    const { version, value } = parse(text ?? '')
    const isNewer = version !== undefined && version > formatVersion
    return { isNewer, value: isNewer ? parse('').value : value }
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
        if (next?.length) await storage?.setItem(name, JSON.stringify(toJson(next)))
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

function getVersion(content: unknown): number | undefined {
  const version = (content as { version?: unknown } | null | undefined)?.version
  return typeof version === 'number' ? version : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
