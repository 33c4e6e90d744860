import { useEffect, useRef, useState, type ReactElement } from 'react'
import { VList, type VListHandle } from 'virtua'
import type { WireEntry } from '../wire/wire-entry.ts'
import { WireRow } from './wire-row.tsx'

export interface WireListProps {
  entries: readonly WireEntry[]
  isFiltered: boolean
}

/** The log, newest last. It follows what is new as long as its end is in view. */
export function WireList({ entries, isFiltered }: WireListProps): ReactElement {
  const list = useRef<VListHandle>(null)
  const isAtEnd = useRef(true)
  const lastOffset = useRef(0)
  const [openKeys, setOpenKeys] = useState<ReadonlySet<number>>(new Set())
  const newest = entries.at(-1)?.key

  useEffect(() => {
    if (isAtEnd.current && newest !== undefined) list.current?.scrollToIndex(Infinity, { align: 'end' })
  }, [newest])

  function toggle(key: number): void {
    setOpenKeys((former) => {
      const keys = new Set(former)
      if (!keys.delete(key)) keys.add(key)
      return keys
    })
    // What was opened is to stay where it is.
    isAtEnd.current = false
  }

  function onScroll(offset: number): void {
    const { current } = list
    if (!current) return
    // Only who scrolls back leaves the end: what is appended moves the end away as well.
    if (offset + current.viewportSize >= current.scrollSize - 8) isAtEnd.current = true
    else if (offset < lastOffset.current) isAtEnd.current = false
    lastOffset.current = offset
  }

  if (entries.length === 0)
    return (
      <p className="grid min-h-40 flex-1 place-items-center px-6 text-center text-[0.8125rem] text-soft">
        {isFiltered ? 'Nothing fits the filter.' : 'Nothing has passed yet.'}
      </p>
    )

  return (
    <div role="group" aria-label="What passed" className="min-h-64 flex-1">
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
