import { ChevronRight } from 'lucide-react'
import { useState, type ReactElement } from 'react'

/** Limits the displayed JSON. */
const maxCharacters = 20_000

/** Shows a payload of an unknown type: the type, and the JSON on demand. */
export function UnknownPayload({ payload }: { payload: unknown }): ReactElement {
  const [isOpen, setIsOpen] = useState(false)
  const type = getTypeName(payload)
  return (
    <details
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
      className="group max-w-sm rounded-xl bg-surface text-sm text-ink"
    >
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 rounded-xl px-1 py-1 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-soft group-open:rotate-90 rtl:rotate-180 rtl:group-open:rotate-90"
        />
        <span className="min-w-0 wrap-anywhere">
          {type ? (
            <>
              Unsupported message type <bdi className="font-mono text-[0.9em]">{type}</bdi>
            </>
          ) : (
            'Unsupported message'
          )}
        </span>
      </summary>
      {isOpen && (
        <pre
          tabIndex={0}
          dir="ltr"
          className="max-h-60 overflow-auto rounded-lg bg-raised px-3 py-2 font-mono text-xs"
        >
          {formatJson(payload)}
        </pre>
      )}
    </details>
  )
}

function getTypeName(payload: unknown): string | undefined {
  const isObject = typeof payload === 'object' && payload !== null && 'type' in payload
  return isObject && typeof payload.type === 'string' ? payload.type.slice(0, 60) : undefined
}

function formatJson(payload: unknown): string {
  try {
    const json = JSON.stringify(payload, null, 2) ?? String(payload)
    return json.length > maxCharacters ? `${json.slice(0, maxCharacters)}…` : json
  } catch {
    return 'Nested too deeply to show.'
  }
}
