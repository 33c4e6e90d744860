import { DoorOpen } from 'lucide-react'
import type { ReactElement } from 'react'
import { toHref } from '../layout/route.ts'

/** Shown instead of a conversation that the user cannot access, or no longer. */
export function ConversationUnavailable(): ReactElement {
  return (
    <section
      aria-labelledby="unavailable"
      className="m-auto grid max-w-sm justify-items-center gap-3 p-8 text-center"
    >
      <DoorOpen aria-hidden className="size-10 text-soft" />
      <h1 id="unavailable" className="text-lg font-semibold">
        You are not in this conversation
      </h1>
      <p className="text-sm text-soft">It was deleted, you left it, or you were never added to it.</p>
      <a
        href={toHref({ page: 'conversations' })}
        className="mt-1 inline-flex min-h-11 items-center rounded-full bg-accent px-5 text-sm font-semibold text-on-accent hover:bg-accent-strong"
      >
        Back to conversations
      </a>
    </section>
  )
}
