import { useEffect, useRef, useState, type ReactElement } from 'react'
import { VList, type VListHandle } from 'virtua'
import type { WireEntry } from '../wire/wire-entry.ts'
import { WireRow } from './wire-row.tsx'

export interface WireListProps {
  entries: readonly WireEntry[]
  isFiltered: boolean
}

/** The log, newest entry last. Follows new entries while the end is visible. */
export function WireList({ entries, isFiltered }: WireListProps): ReactElement {
  const list = useRef<VListHandle>(null)
  const isAtEnd = useRef(true)
  const lastOffset = useRef(0)
  const [openKeys, setOpenKeys] = useState<ReadonlySet<number>>(new Set())
  const newestKey = entries.at(-1)?.key

  useEffect(() => {
    if (isAtEnd.current && newestKey !== undefined) list.current?.scrollToIndex(Infinity, { align: 'end' })
  }, [newestKey])

  function toggle(key: number): void {
    setOpenKeys((previous) => {
      const keys = new Set(previous)
      if (!keys.delete(key)) keys.add(key)
      return keys
    })
    // Keep the opened entry in place.
    isAtEnd.current = false
  }

  function onScroll(offset: number): void {
    const { current } = list
    if (!current) return
    // Only scrolling up leaves the end. Appended entries move the end away too.
    if (offset + current.viewportSize >= current.scrollSize - 8) isAtEnd.current = true
    else if (offset < lastOffset.current) isAtEnd.current = false
    lastOffset.current = offset
  }

  if (entries.length === 0)
    return (
      <p className="grid min-h-40 flex-1 place-items-center px-6 text-center text-[0.8125rem] text-soft">
        {isFiltered ? 'No entries match the filter.' : 'No entries yet.'}
      </p>
    )

  return (
    <div role="group" aria-label="Log entries" className="min-h-64 flex-1">
      <VList ref={list} data={entries} onScroll={onScroll} style={{ height: '100%' }}>
        {(entry) => (
          <WireRow
            key={entry.key}
            entry={entry}
            isOpen={openKeys.has(entry.key)}
            onToggle={() => toggle(entry.key)}
          />
        )}
      </VList>
    </div>
  )
}
