/** What the user has typed: a message, or something to be done. */
export type Command =
  | { type: 'say'; text: string }
  | { type: 'older' | 'retry' | 'discard' | 'help' | 'quit' | 'nothing' }
  | { type: 'unknown'; name: string }

export const commandHelp: readonly string[] = [
  '/older     shows earlier messages',
  '/retry     sends failed messages again',
  '/discard   drops failed messages',
  '/quit      ends the chat, as Ctrl-C and Ctrl-D do',
  '/help      shows this',
  'A number answers the newest message, where it has numbered options.',
  'Two slashes say something that begins with one: //help',
]

const names = ['older', 'retry', 'discard', 'help', 'quit'] as const

export function parseCommand(line: string): Command {
  const text = line.trim()
  if (text === '') return { type: 'nothing' }
  if (text.startsWith('//')) return { type: 'say', text: text.slice(1) }
  if (!text.startsWith('/')) return { type: 'say', text: line }
  const type = names.find((name) => text === `/${name}`)
  return type ? { type } : { type: 'unknown', name: text }
}
