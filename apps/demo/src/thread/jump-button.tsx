import { ArrowDown } from 'lucide-react'
import type { ReactElement } from 'react'

/** Scrolls to the newest messages, and shows how many are new. */
export function JumpButton({ newCount, onJump }: { newCount: number; onJump: () => void }): ReactElement {
  return (
    <button
      type="button"
      onClick={onJump}
      className="absolute inset-x-0 bottom-3 mx-auto flex min-h-10 w-fit items-center gap-1.5 rounded-full bg-surface px-4 text-sm font-medium shadow-lg ring-1 shadow-black/10 ring-line hover:bg-raised motion-safe:animate-rise pointer-coarse:min-h-11"
    >
      <ArrowDown aria-hidden className="size-4" />
      Jump to latest
      {newCount > 0 && (
        <span className="rounded-full bg-accent px-2 py-0.5 text-xs font-semibold text-on-accent">
          {newCount >= 99 ? '99+' : newCount}
          <span className="sr-only"> new</span>
        </span>
      )}
    </button>
  )
}
