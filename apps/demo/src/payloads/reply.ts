import type { CardAction, Option, PayloadOf } from '@parley/core'

/** A text message sent by a click. Everyone sees the text; the value is for the bot. */
export interface Reply extends PayloadOf<'text'> {
  value?: string
}

export type OnReply = (reply: Reply) => void

/** `say` sends its value as text. `postback` sends its label as text, with the value for the bot. */
export function createActionReply({ action, label, value }: CardAction): Reply {
  return action === 'say' ? { type: 'text', text: value } : { type: 'text', text: label, value }
}

export function replyWithOption({ label, value }: Option): Reply {
  return { type: 'text', text: label, value }
}
