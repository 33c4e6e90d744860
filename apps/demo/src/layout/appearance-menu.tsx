import { Monitor, Moon, Palette, PilcrowLeft, PilcrowRight, Sun } from 'lucide-react'
import { useSyncExternalStore, type ReactElement } from 'react'
import type { PageStorage } from '../page/page-storage.ts'
import { iconButtonClass } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'

/** Menu for the theme and the text direction. */
export function AppearanceMenu({ appearance }: { appearance: AppearanceStore }): ReactElement {
  const { theme, direction } = useSyncExternalStore(appearance.subscribe, appearance.get)
  return (
    <Menu
      trigger={
        <button type="button" aria-label="Appearance" className={iconButtonClass}>
          <Palette aria-hidden className="size-5" />
        </button>
      }
      entries={[
        {
          label: 'Theme',
          value: theme,
          onValueChange: (next) => appearance.change({ theme: next as Theme }),
          options: [
            { value: 'system', label: 'System', icon: Monitor },
            { value: 'light', label: 'Light', icon: Sun },
            { value: 'dark', label: 'Dark', icon: Moon },
          ],
        },
        'separator',
        {
          label: 'Text direction',
          value: direction,
          onValueChange: (next) => appearance.change({ direction: next as Direction }),
          options: [
            { value: 'ltr', label: 'Left to right', icon: PilcrowRight },
            { value: 'rtl', label: 'Right to left', icon: PilcrowLeft },
          ],
        },
      ]}
    />
  )
}

type Theme = 'system' | 'light' | 'dark'
type Direction = 'ltr' | 'rtl'

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
