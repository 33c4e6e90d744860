import type { InferNamed } from './infer.ts'

/** Somebody who chats; a participant of a conversation is a User. */
export type User = InferNamed<'User'>
/** A thread of messages and events; its creator owns it and is its first participant. */
export type Conversation = InferNamed<'Conversation'>
/** What one user, or the bot, said in a conversation. */
export type Message = InferNamed<'Message'>
/** Something that happened in a conversation and is not a message. */
export type Event = InferNamed<'Event'>

/** The content of a message, one of 12 kinds told apart by `type`. */
export type Payload = InferNamed<'Payload'>
export type PayloadType = Payload['type']
/** The payload of one kind: `PayloadOf<'card'>`. */
export type PayloadOf<Type extends PayloadType> = Extract<Payload, { type: Type }>
/** What may stand inside a `bloc`. */
export type BlocItem = InferNamed<'BlocItem'>
/** A button of a card. */
export type CardAction = InferNamed<'CardAction'>
/** One option of a `choice` or a `dropdown`. */
export type Option = InferNamed<'Option'>

/** A signal as it stands in the `data` of an SSE event. */
export type WireSignal = InferNamed<'Signal'>
export type SignalType = WireSignal['type']
