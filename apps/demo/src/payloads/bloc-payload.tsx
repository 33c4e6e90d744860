import type { ReactElement } from 'react'
import { ErrorBoundary } from '../ui/error-boundary.tsx'
import { BlocItemView } from './bloc-item-view.tsx'
import { readPayload } from './read-payload.ts'
import { UnknownPayload } from './unknown-payload.tsx'

/** Several things that are said as one. */
export function BlocPayload({ items }: { items: readonly unknown[] }): ReactElement {
  return (
    <div className="space-y-3">
      {items.map((item, index) => (
        <ErrorBoundary key={index} resetKey={item} fallback={<UnknownPayload payload={item} />}>
          <Item item={item} />
        </ErrorBoundary>
      ))}
    </div>
  )
}

/** A bloc holds only what is looked at: no bloc stands in another, and nothing in it is answered. */
function Item({ item }: { item: unknown }): ReactElement {
  const read = readPayload(item)
  switch (read?.type) {
    case 'card':
    case 'carousel':
    case 'choice':
    case 'dropdown':
    case 'bloc':
      return <UnknownPayload payload={item} />
    default:
      return read ? <BlocItemView payload={read} /> : <UnknownPayload payload={item} />
  }
}
