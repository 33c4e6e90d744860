import { Monitor, Moon, Palette, PilcrowLeft, PilcrowRight, Sun } from 'lucide-react'
import { useSyncExternalStore, type ReactElement } from 'react'
import { iconButtonClass } from '../ui/icon-button.tsx'
import { Menu } from '../ui/menu.tsx'
import type { AppearanceStore, Direction, Theme } from './appearance.ts'

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
