import type { ReactElement } from 'react'

/** Something that this page cannot show, as it came. */
export function UnknownPayload({ payload }: { payload: unknown }): ReactElement {
  return (
    <details>
      <summary className="cursor-pointer text-sm font-medium">
        A message of a kind that cannot be shown here
      </summary>
      <pre tabIndex={0} className="mt-2 max-h-60 overflow-auto text-xs">
        {JSON.stringify(payload, null, 2)}
      </pre>
    </details>
  )
}
