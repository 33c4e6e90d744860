import type { CardAction, Option, PayloadOf } from '@parley/core'

/** What the visitor says by a click: the words that everyone sees, and for the bot the value behind them. */
export interface Reply extends PayloadOf<'text'> {
  value?: string
}

export type OnReply = (reply: Reply) => void

/** `say` speaks its value for the visitor; `postback` shows its label, and hands the value to the bot. */
export function replyToAction({ action, label, value }: CardAction): Reply {
  return action === 'say' ? { type: 'text', text: value } : { type: 'text', text: label, value }
}

export function replyWithOption({ label, value }: Option): Reply {
  return { type: 'text', text: label, value }
}
