import { DoorOpen } from 'lucide-react'
import type { ReactElement } from 'react'
import { hrefOf } from '../layout/route.ts'

/** In the place of a conversation that is not the user's, or not any more. */
export function ConversationGone(): ReactElement {
  return (
    <section
      aria-labelledby="gone"
      className="m-auto grid max-w-sm justify-items-center gap-3 p-8 text-center"
    >
      <DoorOpen aria-hidden className="size-10 text-soft" />
      <h1 id="gone" className="text-lg font-semibold">
        You are not in this conversation
      </h1>
      <p className="text-sm text-soft">It was deleted, you have left it, or it never was yours.</p>
      <a
        href={hrefOf({ page: 'conversations' })}
        className="mt-1 inline-flex min-h-11 items-center rounded-full bg-accent px-5 text-sm font-semibold text-on-accent hover:bg-accent-strong"
      >
        Back to your conversations
      </a>
    </section>
  )
}
