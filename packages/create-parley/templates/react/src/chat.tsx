import { textOf } from '@parley/core/text'
import { useChat, useComposer, useConversation } from '@parley/react'
import { useEffect, useRef } from 'react'
import Markdown from 'react-markdown'

export function Chat() {
  const connecting = useChat()
  const { messages, isLoading, error, isAnswering, stop, retry } = useConversation()
  const { inputProps, send, canSend, error: sendError } = useComposer()
  const end = useRef<HTMLLIElement>(null)
  const problem = connecting.error ?? error ?? sendError

  useEffect(() => {
    end.current?.scrollIntoView({ block: 'end' })
  }, [messages])

  return (
    <main>
      <ol aria-label="Messages" aria-busy={isLoading}>
        {messages.map((message) => (
          <li key={message.key} className={message.isOwn ? 'own' : 'other'}>
            {message.payload.type === 'markdown' ? (
              <Markdown>{message.payload.markdown}</Markdown>
            ) : (
              <p>{textOf(message.payload)}</p>
            )}
            {message.status === 'failed' && (
              <button type="button" onClick={() => void retry(message.key)}>
                Not sent. Try again
              </button>
            )}
          </li>
        ))}
        <li ref={end} aria-hidden="true" />
      </ol>
      {problem && <p role="alert">{problem.message}</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <textarea aria-label="Message" placeholder="Message" rows={1} {...inputProps} />
        {isAnswering ? (
          <button type="button" onClick={() => void stop()}>
            Stop
          </button>
        ) : (
          <button type="submit" disabled={!canSend}>
            Send
          </button>
        )}
      </form>
    </main>
  )
}
