import type { ReactElement } from 'react'
import { ErrorBoundary } from '../ui/error-boundary.tsx'
import { BlocItemView } from './bloc-item-view.tsx'
import { parsePayload } from './parse-payload.ts'
import { UnknownPayload } from './unknown-payload.tsx'

/** Several payloads in one message. */
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

/** A bloc contains neither other blocs nor interactive payloads. */
function Item({ item }: { item: unknown }): ReactElement {
  const parsed = parsePayload(item)
  switch (parsed?.type) {
    case 'card':
    case 'carousel':
    case 'choice':
    case 'dropdown':
    case 'bloc':
      return <UnknownPayload payload={item} />
    default:
      return parsed ? <BlocItemView payload={parsed} /> : <UnknownPayload payload={item} />
  }
}
