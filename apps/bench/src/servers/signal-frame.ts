/** An answer of `createMessage` as the signal that listeners hear. */
export function signalOf(json: string): string {
  const message = json.slice('{"message":{'.length, -2)
  return `{"type":"message_created","data":{${message},"isBot":false}}`
}

export function frameOf(json: string, number: number): string {
  return `event: message\nid: ${String(number).padStart(20, '0')}\ndata: ${signalOf(json)}\n\n`
}
