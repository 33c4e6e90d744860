import type { PageStorage } from './page-storage.ts'

export type Theme = 'system' | 'light' | 'dark'
export type Direction = 'ltr' | 'rtl'

/** The user's display preferences. */
interface Appearance {
  readonly theme: Theme
  readonly direction: Direction
}

export interface AppearanceStore {
  get: () => Appearance
  subscribe: (listener: () => void) => () => void
  change: (change: Partial<Appearance>) => void
}

const storageKey = 'parley-demo:appearance'

/** Stores the display preferences and applies them to the root element. */
export function createAppearance(storage: PageStorage, root: HTMLElement): AppearanceStore {
  const listeners = new Set<() => void>()
  let appearance = readAppearance(storage.getItem(storageKey))

  function apply(): void {
    root.style.colorScheme = appearance.theme === 'system' ? '' : appearance.theme
    root.dir = appearance.direction
  }
  apply()

  return {
    get: () => appearance,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    change(change) {
      appearance = { ...appearance, ...change }
      storage.setItem(storageKey, JSON.stringify(appearance))
      apply()
      for (const listener of listeners) listener()
    },
  }
}

/** Reads stored preferences. Invalid content counts as defaults. */
function readAppearance(text: string | null): Appearance {
  const words = new Set(text?.match(/\w+/g))
  return {
    theme: words.has('dark') ? 'dark' : words.has('light') ? 'light' : 'system',
    direction: words.has('rtl') ? 'rtl' : 'ltr',
  }
}
