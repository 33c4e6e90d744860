import type { PayloadOf } from '@parley/core'
import { useSend } from '@parley/react'

export function Choice({ text, options }: PayloadOf<'choice'>) {
  const { send } = useSend()
  return (
    <fieldset>
      <legend>{text}</legend>
      {options.map(({ label, value }) => {
        const reply = { type: 'text', text: label, value } as const
        return (
          <button key={value} onClick={() => void send(reply)}>
            {label}
          </button>
        )
      })}
    </fieldset>
  )
}
