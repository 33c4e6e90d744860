import type { ReactElement } from 'react'

const widths = ['w-56', 'w-72', 'w-40']

/** What stands where the first messages will be. */
export function LogSkeleton({ botName, isLoading }: { botName: string; isLoading: boolean }): ReactElement {
  if (!isLoading) {
    return <p className="m-auto max-w-xs text-center text-soft">Nothing here yet. Say hello to {botName}.</p>
  }
  return (
    <div className="space-y-2.5 motion-safe:animate-pulse">
      <p className="sr-only">Loading the conversation…</p>
      {widths.map((width) => (
        <div key={width} className={`ml-10 h-10 max-w-full rounded-2xl bg-raised ${width}`} />
      ))}
    </div>
  )
}
