import type { ReactElement } from 'react'

/** Stands where something has an address that no browser would play. */
export function NotPlayable({ kind }: { kind: 'sound' | 'video' }): ReactElement {
  return <p className="text-sm text-soft">This {kind} cannot be played: its address is not a safe one.</p>
}
