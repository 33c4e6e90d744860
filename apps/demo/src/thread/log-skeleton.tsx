import type { ReactElement } from 'react'

const widths = ['w-56', 'w-80', 'w-40']

/** Placeholder while the messages are loading. */
export function LogSkeleton(): ReactElement {
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-6 mx-auto max-w-3xl space-y-2.5 px-3 motion-safe:animate-pulse sm:px-6">
      <p className="sr-only">Loading messages…</p>
      {widths.map((width) => (
        <div key={width} className={`ms-10 h-11 max-w-[80%] rounded-[1.25rem] bg-raised ${width}`} />
      ))}
      <div className="ms-auto h-11 w-48 rounded-[1.25rem] bg-raised" />
    </div>
  )
}
