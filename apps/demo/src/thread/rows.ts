import type { ChatMessage } from '@parley/rx'
import { readPayload } from '../payloads/read-payload.ts'

/** One message as it is laid out: where it stands among its neighbours. */
export interface Row {
  readonly message: ChatMessage
  readonly isOwn: boolean
  /** The first, or the last, that its sender says in one go. */
  readonly isFirst: boolean
  readonly isLast: boolean
  /** The day, where it is another one than that of the message before. */
  readonly day: string | undefined
}

export interface Layout {
  readonly rows: readonly Row[]
  /** What the user answered to messages that ask, as the value of the option they chose, by the message's id. */
  readonly answers: ReadonlyMap<string, string>
}

/** Messages of one sender with less than this between them are shown as one group. */
const groupGapMs = 5 * 60_000

/**
 * Lays out the messages of a conversation. What it returns depends on the messages alone; it remembers the last ones, so that
 * a long conversation costs no more than what has changed at its end.
 */
export function createLayout(userId: string): (messages: readonly ChatMessage[]) => Layout {
  let former: readonly ChatMessage[] = []
  let layout: Layout = { rows: [], answers: new Map() }

  return (messages) => {
    if (messages === former) return layout
    const same = sameLength(former, messages)
    layout = {
      rows: layOut(messages, { userId, rows: layout.rows, from: Math.max(0, same - 1) }),
      answers: answersIn(messages, { userId, answers: layout.answers, former, from: same }),
    }
    former = messages
    return layout
  }
}

/** From the last row that stays: whether another one follows it has changed. */
function layOut(
  messages: readonly ChatMessage[],
  { userId, rows, from }: { userId: string; rows: readonly Row[]; from: number },
): Row[] {
  const laidOut = rows.slice(0, from)
  for (let index = from; index < messages.length; index++) {
    const message = messages[index]
    if (!message) continue
    const previous = messages[index - 1]
    const next = messages[index + 1]
    const day = timeOf(message)
    laidOut.push({
      message,
      // Unsent messages are the user's own, even before the user is known.
      isOwn: message.userId === userId || message.status === 'sending' || message.status === 'failed',
      isFirst: !previous || !isOneGroup(previous, message),
      isLast: !next || !isOneGroup(message, next),
      day: day !== undefined && (!previous || !isOneDay(previous, message)) ? day : undefined,
    })
  }
  return laidOut
}

function answersIn(
  messages: readonly ChatMessage[],
  {
    userId,
    answers,
    former,
    from,
  }: { userId: string; answers: Layout['answers']; former: readonly ChatMessage[]; from: number },
): Layout['answers'] {
  const isSmaller = former.slice(from).some((message) => answerIn(message, userId))
  const found = (isSmaller ? messages : messages.slice(from)).flatMap((message) => {
    const answer = answerIn(message, userId)
    return answer ? [answer] : []
  })
  if (isSmaller) return new Map(found)
  return found.length > 0 ? new Map([...answers, ...found]) : answers
}

/** What a message answers to, and the answer. */
function answerIn(
  { userId, payload, metadata }: ChatMessage,
  me: string,
): [asked: string, value: string] | undefined {
  const asked = metadata?.['answers']
  if (userId !== me || typeof asked !== 'string') return undefined
  const read = readPayload(payload)
  if (read?.type !== 'text') return undefined
  return [asked, String('value' in payload ? payload.value : read.text)]
}

function sameLength(former: readonly ChatMessage[], messages: readonly ChatMessage[]): number {
  const most = Math.min(former.length, messages.length)
  let length = 0
  while (length < most && former[length] === messages[length]) length++
  return length
}

function isOneGroup(one: ChatMessage, next: ChatMessage): boolean {
  const [from, to] = [timeOf(one), timeOf(next)]
  if (one.userId !== next.userId) return false
  // What is unsent has no time yet.
  if (from === undefined || to === undefined) return true
  return Date.parse(to) - Date.parse(from) < groupGapMs && isOneDay(one, next)
}

function isOneDay(one: ChatMessage, next: ChatMessage): boolean {
  const [from, to] = [timeOf(one), timeOf(next)]
  return (
    from !== undefined && to !== undefined && new Date(from).toDateString() === new Date(to).toDateString()
  )
}

function timeOf(message: ChatMessage): string | undefined {
  return 'createdAt' in message ? message.createdAt : undefined
}
