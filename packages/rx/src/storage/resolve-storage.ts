import type { StorageOption, KeyValueStorage } from '@parley/core'

/** Returns a storage that is accessed on first use. It behaves as empty if access throws. */
export function resolveStorage(
  option: StorageOption<KeyValueStorage> | undefined,
): Required<KeyValueStorage> | undefined {
  if (!option) return undefined

  function open(): KeyValueStorage | undefined {
    try {
      return option === 'local' ? localStorage : option instanceof Function ? option() : option
    } catch {
      return undefined
    }
  }
  return {
    getItem: (name) => open()?.getItem(name),
    setItem: (name, value) => open()?.setItem(name, value),
    removeItem: (name) => open()?.removeItem?.(name),
  }
}
