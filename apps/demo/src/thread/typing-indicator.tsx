import { useTyping } from '@parley/react'
import type { ReactElement } from 'react'
import type { People } from '../people/people.ts'
import { formatNames, getDisplayName } from '../people/person.ts'

/** Shows who is typing. Its height is constant, so that the layout does not shift. */
export function TypingIndicator({
  conversationId,
  people,
}: {
  conversationId: string
  people: People
}): ReactElement {
  const { typing } = useTyping(conversationId)
  const names = typing.map((id) => getDisplayName(people.get(id)))
  return (
    <p className="mx-auto flex h-6 w-full max-w-3xl items-center gap-2 px-4 text-xs text-soft sm:px-7">
      {names.length > 0 && (
        <>
          <span aria-hidden className="flex gap-0.5">
            {['', '[animation-delay:150ms]', '[animation-delay:300ms]'].map((delay) => (
              <span
                key={delay}
                className={`size-1.5 rounded-full bg-soft motion-safe:animate-bounce ${delay}`}
              />
            ))}
          </span>
          <bdi className="truncate">
            {names.length > 3
              ? 'Several people are typing'
              : `${formatNames(names)} ${names.length === 1 ? 'is' : 'are'} typing`}
          </bdi>
        </>
      )}
    </p>
  )
}
