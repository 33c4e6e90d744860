/** Stands for a language model: it knows a name only from the messages. */
export async function* generate(
  messages: { role: string; content: string }[],
  options: { signal: AbortSignal },
) {
  const text = messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content)
    .join(' ')
  options.signal.throwIfAborted()
  yield 'You are '
  yield /My name is (\w+)/.exec(text)?.[1] ?? 'a stranger'
}
