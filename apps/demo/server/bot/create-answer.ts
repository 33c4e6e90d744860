interface Topic {
  pattern: RegExp
  answer: (text: string, now: Date) => string
}

/** The first topic whose pattern matches determines the answer. */
const topics: readonly Topic[] = [
  {
    pattern: /^book (\w+)/i,
    answer: (text) =>
      `Booked: ${/^book (\w+)/i.exec(text)?.[1] ?? 'it'}, for two, next Friday. This is a demo, so nobody expects ` +
      'you, but it worked: your click sent me a value that only I can see.',
  },
  {
    pattern: /^drink /i,
    answer: (text) =>
      `${capitalize(text.replace(/^drink /i, ''))} it is! The cook is on the way. ` +
      'You answered a choice with one click.',
  },
  {
    pattern: /^sail to /i,
    answer: (text) =>
      `Set sail! Course ${text.replace(/^sail /i, '')}, wind from the north-west, back in time for dinner.`,
  },
  {
    pattern: /stairs/i,
    answer: () =>
      'One hundred and ninety-nine up, and, to the surprise of every guest, one hundred and ninety-nine down again.',
  },
  {
    pattern: /what.*\bparley\b|about parley/i,
    answer: () =>
      'Parley is the Chat API in TypeScript, in layers. The lowest layer is one contract: 21 operations, twelve ' +
      'types of messages and the signals of a conversation. Above it are a typed client, which runs in this page, ' +
      'and a server, which stores every message in SQLite before it acknowledges it. I am a bot: an object with a ' +
      'function named onMessage.',
  },
  {
    pattern: /\bstory\b/i,
    answer: () =>
      'Once there was a ship whose crew could not agree on anything. The captain wanted north, the cook wanted ' +
      'south, and the parrot wanted a biscuit.\n\n' +
      'So they sat down to parley. Everyone was heard, one after the other, and because the parrot had an excellent ' +
      'memory, nobody could claim later to have said something else. By sunset they had a course that all of them ' +
      'could live with.\n\n' +
      'They never found the island with the treasure. But they arrived, all of them, in good order, and none of them ' +
      'twice; which is more than most messages could say in those days.',
  },
  {
    pattern: /\b(time|date|day is it)\b/i,
    answer: (_, now) =>
      `By the ship’s clock it is ${formatDate(now)}. The ship is wherever this server runs.`,
  },
  {
    pattern: /who are you|your name/i,
    answer: () =>
      'I am Polly, a parrot of few talents: I greet, I show what messages can look like, and I repeat things. ' +
      'No language model was harmed, or used, in the making of my answers.',
  },
  {
    pattern: /\b(joke|funny)\b/i,
    answer: () =>
      'Why do pirates love a good chat API? Because without an acknowledgement, every message might be lost at C.',
  },
  { pattern: /\b(thanks|thank you|cheers)\b/i, answer: () => 'You are welcome! Biscuits are accepted, too.' },
  {
    pattern: /\b(bye|goodbye|see you)\b/i,
    answer: () => 'Fair winds! This conversation will be here when you come back.',
  },
  {
    pattern: /\b(hi|hello|hey|ahoy|good (morning|evening|day))\b/i,
    answer: () =>
      'Hello to you too! Ask me to “show everything”, for a story, or just talk: I am a good listener.',
  },
]

/** Creates the bot's answer to a text. Without a matching topic, it repeats the text and suggests commands. */
export function createAnswer(text: string, now: Date): string {
  const topic = topics.find(({ pattern }) => pattern.test(text))
  if (topic) return topic.answer(text, now)

  const count = text.match(/\S+/g)?.length ?? 0
  const words = count === 1 ? 'one word, and it is' : `${count} words, and every one of them is`
  const quote = text.length > 160 ? `${text.slice(0, 160)}…` : text
  return (
    `You said: “${quote}” — ${words} safely stored. I am only a parrot, so I repeat things rather than understand ` +
    'them. But I can show you what messages look like: try “show carousel”, “show markdown” or “help”.'
  )
}

function formatDate(date: Date): string {
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  const day = date.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })
  return `${time} on ${day}`
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
