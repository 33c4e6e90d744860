interface MessageBody {
  readonly conversationId: string
  readonly payload: unknown
}

/** The response of `createMessage` for a body, without any validation. */
export function createEcho(text: string, number: number): { json: string; body: MessageBody } {
  const body = JSON.parse(text) as MessageBody
  const message = {
    id: `msg_${String(number).padStart(20, '0')}`,
    createdAt: new Date().toISOString(),
    conversationId: body.conversationId,
    userId: 'user_00000000000000000000000000',
    payload: body.payload,
  }
  return { json: JSON.stringify({ message }), body }
}
