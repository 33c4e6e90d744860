/** Converts a response of `createMessage` into the signal that listeners receive. */
export function formatSignal(json: string): string {
  const message = json.slice('{"message":{'.length, -2)
  return `{"type":"message_created","data":{${message},"isBot":false}}`
}

export function formatFrame(json: string, number: number): string {
  return `event: message\nid: ${String(number).padStart(20, '0')}\ndata: ${formatSignal(json)}\n\n`
}
