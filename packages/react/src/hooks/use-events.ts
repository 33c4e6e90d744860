import type { Event, WithCustomTypes } from '@parley/core'
import { useEffect } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { withRegisteredTypes, type RegisteredSchemas } from '../register.ts'
import { useLatest } from './use-latest.ts'

/** A custom event, as the server sends it. */
export type ChatEvent<Schemas = RegisteredSchemas> = WithCustomTypes<
  Omit<Event, 'id'> & { id: string | null; isBot: boolean },
  Schemas
>

/** The types of the registered events. Without registered schemas: any string. */
export type ChatEventType<Schemas = RegisteredSchemas> = ChatEvent<Schemas>['payload'] extends {
  type: infer Type extends string
}
  ? Type
  : string

/** The registered events of one type. */
export type ChatEventOf<
  Type extends string | undefined,
  Schemas = RegisteredSchemas,
> = ChatEvent<Schemas>['payload'] extends { type: string }
  ? ChatEvent<Schemas> & {
      payload: Extract<ChatEvent<Schemas>['payload'], Type extends string ? { type: Type } : object>
    }
  : ChatEvent<Schemas>

/**
 * Calls the handler once per custom event of a conversation. Changing the handler does not resubscribe.
 *
 * @param type - Only events with this `payload.type`. `undefined`: all events.
 * @param id - Default: the current conversation.
 */
export function useEvents<Type extends ChatEventType | undefined>(
  type: Type,
  handler: (event: ChatEventOf<Type>) => void,
  id?: string,
): void {
  const { conversation } = useChatContext().view.conversation(id)
  const latest = useLatest({ type, handler })
  useEffect(() => {
    const subscription = conversation.events$.subscribe((event) => {
      const { type: latestType, handler: handle } = latest.current
      if (latestType === undefined || latestType === event.payload['type']) handle(withRegisteredTypes(event))
    })
    return () => subscription.unsubscribe()
  }, [conversation, latest])
}
