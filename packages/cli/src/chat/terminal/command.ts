/** A line that the user entered: a message to send, or a command. */
export type Command =
  | { type: 'send'; text: string }
  | { type: 'older' | 'stop' | 'retry' | 'discard' | 'help' | 'quit' | 'empty' }
  | { type: 'unknown'; name: string }

export const commandHelp: readonly string[] = [
  '/older     show earlier messages',
  '/stop      stop the answer, like Ctrl-C while it streams',
  '/retry     send failed messages again',
  '/discard   discard failed messages',
  '/quit      exit the chat, like Ctrl-D, and like Ctrl-C while no answer streams',
  '/help      show this help',
  'If the newest message has numbered options, enter a number to reply.',
  'To send a message that starts with a slash, type two slashes: //help',
]

const names = ['older', 'stop', 'retry', 'discard', 'help', 'quit'] as const

export function parseCommand(line: string): Command {
  const text = line.trim()
  if (text === '') return { type: 'empty' }
  if (text.startsWith('//')) return { type: 'send', text: text.slice(1) }
  if (!text.startsWith('/')) return { type: 'send', text: line }
  const type = names.find((name) => text === `/${name}`)
  return type ? { type } : { type: 'unknown', name: text }
}
