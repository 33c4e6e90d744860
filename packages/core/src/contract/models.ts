import type { InferNamed } from './infer.ts'

/** A person who chats. The participants of a conversation are users. */
export type User = InferNamed<'User'>
/** A sequence of messages and events. Its creator is its owner and first participant. */
export type Conversation = InferNamed<'Conversation'>
/** A message of a user or the bot in a conversation. */
export type Message = InferNamed<'Message'>
/** A custom event in a conversation. The app defines its meaning. */
export type Event = InferNamed<'Event'>

/** The content of a message: one of 12 types, discriminated by `type`. */
export type Payload = InferNamed<'Payload'>
export type PayloadType = Payload['type']
/** The payload of one type, such as `PayloadOf<'card'>`. */
export type PayloadOf<Type extends PayloadType> = Extract<Payload, { type: Type }>
/** A payload that a `bloc` can contain. */
export type BlocItem = InferNamed<'BlocItem'>
/** A button of a card. */
export type CardAction = InferNamed<'CardAction'>
/** One option of a `choice` or a `dropdown`. */
export type Option = InferNamed<'Option'>

/** A signal as sent in the `data` of an SSE event. */
export type WireSignal = InferNamed<'Signal'>
export type SignalType = WireSignal['type']
