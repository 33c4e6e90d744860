/** What the bot knows something about: the first that fits is answered. */
const topics: readonly { fits: RegExp; answer: (text: string, now: Date) => string }[] = [
  {
    fits: /^book (\w+)/i,
    answer: (text) =>
      `Booked: ${/^book (\w+)/i.exec(text)?.[1] ?? 'it'}, for two, next Friday. As this is a demo, nobody will expect you, but it worked: your click sent a value to me that only I could see.`,
  },
  {
    fits: /^drink /i,
    answer: (text) =>
      `${capital(text.replace(/^drink /i, ''))} it is! The cook is on the way. You answered a choice with one click.`,
  },
  {
    fits: /^sail to /i,
    answer: (text) =>
      `Set sail! Course ${text.replace(/^sail /i, '')}, wind from the north-west, back in time for dinner.`,
  },
  {
    fits: /stairs/i,
    answer: () =>
      'One hundred and ninety-nine up, and, as every guest finds surprising, one hundred and ninety-nine down again.',
  },
  {
    fits: /what.*\bparley\b|about parley/i,
    answer:
      () => `Parley is the Chat API in TypeScript, in layers. At the bottom lies one contract: 21 operations, twelve types of \
messages, the signals of a conversation. Above it stand a typed client, which runs in this very page, and a server, which keeps \
every message in SQLite before it says “got it”. I am a bot: an object with a function named onMessage.`,
  },
  {
    fits: /\bstory\b/i,
    answer:
      () => `Once there was a ship whose crew could not agree on anything. The captain wanted north, the cook wanted south, and the \
parrot wanted a biscuit.

So they sat down to parley. Everyone was heard, one after the other, and because the parrot had an excellent memory, nobody \
could claim later to have said something else. By sunset they had a course that each of them could live with.

They never found the island with the treasure. But they arrived, all of them, in good order, and none of them twice; which is \
more than most messages could say in those days.`,
  },
  {
    fits: /\b(time|date|day is it)\b/i,
    answer: (_, now) =>
      `By the ship’s clock it is ${now.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })} on ${now.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })}. The ship is wherever this server runs.`,
  },
  {
    fits: /who are you|your name/i,
    answer: () =>
      'I am Polly, a parrot of few talents: I greet, I show what messages can look like, and I repeat things. No language model was harmed, or used, in the making of my answers.',
  },
  {
    fits: /\b(joke|funny)\b/i,
    answer: () =>
      'Why do pirates love a good chat API? Because without an acknowledgement, every message might be lost at C.',
  },
  { fits: /\b(thanks|thank you|cheers)\b/i, answer: () => 'You are welcome! Biscuits are accepted, too.' },
  {
    fits: /\b(bye|goodbye|see you)\b/i,
    answer: () => 'Fair winds! This conversation will be here when you come back.',
  },
  {
    fits: /\b(hi|hello|hey|ahoy|good (morning|evening|day))\b/i,
    answer: () =>
      'Hello to you too! Ask me to “show everything”, for a story, or just talk: I am a good listener.',
  },
]

/** What the bot answers to talk. It is no model, and says so where it knows nothing better. */
export function createAnswer(text: string, now: Date): string {
  const topic = topics.find(({ fits }) => fits.test(text))
  if (topic) return topic.answer(text, now)

  const words = text.match(/\S+/g)?.length ?? 0
  const said = text.length > 160 ? `${text.slice(0, 160)}…` : text
  return `You said: “${said}” — ${words === 1 ? 'one word, and it is' : `${words} words, and every one of them is`} safely stored. I am only a \
parrot, so I repeat things rather than understand them. But I can show you what messages look like: try “show carousel”, \
“show markdown” or “help”.`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
