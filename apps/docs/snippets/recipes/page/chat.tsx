import { textOf } from '@parley/core/text'
import { useComposer, useConversation } from '@parley/react'

export function Chat() {
  const { messages, retry } = useConversation()
  const { inputProps } = useComposer()
  return (
    <>
      <ul>
        {messages.map(({ key, payload, status }) => (
          <li key={key}>
            {textOf(payload)}
            {status === 'failed' && (
              <button onClick={() => void retry(key)}>Try again</button>
            )}
          </li>
        ))}
      </ul>
      <textarea aria-label="Message" {...inputProps} />
    </>
  )
}
