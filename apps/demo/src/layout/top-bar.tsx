import { Activity, MessagesSquare, Layers, Settings } from 'lucide-react'
import type { ReactElement } from 'react'
import { toHref, type Route } from '../page/route.ts'
import { IconButton } from '../ui/button.tsx'
import { AppearanceMenu, type AppearanceStore } from './appearance-menu.tsx'

export interface TopBarProps {
  page: Route['page']
  appearance: AppearanceStore
  isInspecting: boolean
  onInspect: (() => void) | undefined
  onSettings: () => void
  className?: string
}

/** Links to the pages, and controls that apply to all of them. */
export function TopBar(props: TopBarProps): ReactElement {
  const { page, appearance, isInspecting, onInspect, onSettings, className = '' } = props
  return (
    <header className={`flex items-center gap-1 px-3 py-2 sm:px-4 ${className}`}>
      <p className="flex items-center gap-2 pe-2 text-[1.0625rem] font-bold tracking-tight">
        <Logo />
        <span className="max-sm:sr-only">Parley</span>
      </p>
      <nav aria-label="Pages" className="flex flex-1 gap-1">
        <PageLink
          href={toHref({ page: 'conversations' })}
          icon={MessagesSquare}
          isCurrent={page !== 'layers'}
          label="Chat"
        />
        <PageLink
          href={toHref({ page: 'layers' })}
          icon={Layers}
          isCurrent={page === 'layers'}
          label="Three layers"
        />
      </nav>
      {onInspect && (
        <IconButton icon={Activity} label="Wire inspector" aria-pressed={isInspecting} onClick={onInspect} />
      )}
      <AppearanceMenu appearance={appearance} />
      <IconButton icon={Settings} label="Settings" onClick={onSettings} />
    </header>
  )
}

function PageLink({
  href,
  icon: Icon,
  isCurrent,
  label,
}: {
  href: string
  icon: typeof Layers
  isCurrent: boolean
  label: string
}): ReactElement {
  return (
    <a
      href={href}
      aria-current={isCurrent ? 'page' : undefined}
      className="flex min-h-9 items-center gap-2 rounded-full px-3 text-sm font-medium text-soft hover:text-ink aria-[current]:bg-surface aria-[current]:text-ink aria-[current]:shadow-sm aria-[current]:ring-1 aria-[current]:ring-line pointer-coarse:min-h-11"
    >
      <Icon aria-hidden className="size-4.5 max-sm:hidden" />
      {label}
    </a>
  )
}

/** Two overlapping speech bubbles. */
function Logo(): ReactElement {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className="size-8">
      <path
        className="fill-accent"
        d="M13.5 4C7.7 4 3 8 3 13c0 2.700 1.400 5.100 3.600 6.800L5.600 24.500l5.200-2.700c.9.150 1.800.2 2.700.2C19.300 22 24 18 24 13S19.300 4 13.500 4Z"
      />
      <path
        className="fill-accent-text opacity-55"
        d="M26.200 13.300c0 6.300-5.200 11-11.900 11.300 1.500 1.600 3.800 2.600 6.300 2.600.7 0 1.400-.1 2.100-.2l4 2-.8-3.600c1.900-1.400 3.100-3.500 3.100-5.800 0-2.500-1.100-4.700-2.800-6.300Z"
      />
    </svg>
  )
}
