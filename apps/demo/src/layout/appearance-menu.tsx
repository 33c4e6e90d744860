import { Monitor, Moon, Palette, PilcrowLeft, PilcrowRight, Sun } from 'lucide-react'
import { useSyncExternalStore, type ReactElement } from 'react'
import { iconButtonShape } from '../ui/icon-button.tsx'
import { Menu, MenuChoice, MenuSeparator } from '../ui/menu.tsx'
import type { AppearanceStore } from './appearance.ts'

/** Light or dark, and which way text runs. */
export function AppearanceMenu({ appearance }: { appearance: AppearanceStore }): ReactElement {
  const { theme, direction } = useSyncExternalStore(appearance.subscribe, appearance.get)
  return (
    <Menu
      trigger={
        <button type="button" aria-label="Appearance" className={iconButtonShape}>
          <Palette aria-hidden className="size-5" />
        </button>
      }
    >
      <MenuChoice
        label="Colours"
        value={theme}
        onValueChange={(next) => appearance.change({ theme: next })}
        options={[
          { value: 'system', label: 'As the system', icon: Monitor },
          { value: 'light', label: 'Light', icon: Sun },
          { value: 'dark', label: 'Dark', icon: Moon },
        ]}
      />
      <MenuSeparator />
      <MenuChoice
        label="Text direction"
        value={direction}
        onValueChange={(next) => appearance.change({ direction: next })}
        options={[
          { value: 'ltr', label: 'Left to right', icon: PilcrowRight },
          { value: 'rtl', label: 'Right to left', icon: PilcrowLeft },
        ]}
      />
    </Menu>
  )
}
