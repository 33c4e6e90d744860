import type { ChatMessage } from '@parley/rx'
import { parsePayload } from '../payloads/parse-payload.ts'

/** One row of the log: a message, and its position in its group. */
export interface Row {
  readonly message: ChatMessage
  /** Whether the message is the first, or the last, of its group. */
  readonly isFirst: boolean
  readonly isLast: boolean
  /** The message's time, if it is on another day than the message before. */
  readonly day: string | undefined
}

export interface Layout {
  readonly rows: readonly Row[]
  /** The user's answers to questions, as the value of an option or a text, by the id of the question. */
  readonly answers: ReadonlyMap<string, string>
}

/** The maximum time between two messages of a group. */
const groupGapMs = 5 * 60_000

/**
 * Creates a function that lays out the messages of a conversation. The result depends only on the messages. The cached
 * previous result makes the cost depend on the number of changed messages at the end.
 */
export function createLayout(): (messages: readonly ChatMessage[]) => Layout {
  let previous: readonly ChatMessage[] = []
  let layout: Layout = { rows: [], answers: new Map() }

  return (messages) => {
    if (messages === previous) return layout
    const unchanged = getCommonPrefixLength(previous, messages)
    layout = {
      rows: layOut(messages, layout.rows.slice(0, Math.max(0, unchanged - 1))),
      answers: collectAnswers(messages, { answers: layout.answers, previous, from: unchanged }),
    }
    previous = messages
    return layout
  }
}

/** Appends to the unchanged rows. The last one is not among them, as its group may have changed. */
function layOut(messages: readonly ChatMessage[], rows: Row[]): Row[] {
  for (let index = rows.length; index < messages.length; index++) {
    const message = messages[index]
    if (!message) continue
    const previous = messages[index - 1]
    const next = messages[index + 1]
    const day = getTime(message)
    rows.push({
      message,
      isFirst: !previous || !isSameGroup(previous, message),
      isLast: !next || !isSameGroup(message, next),
      day: day !== undefined && (!previous || !isSameDay(previous, message)) ? day : undefined,
    })
  }
  return rows
}

function collectAnswers(
  messages: readonly ChatMessage[],
  { answers, previous, from }: { answers: Layout['answers']; previous: readonly ChatMessage[]; from: number },
): Layout['answers'] {
  const hasRemovedAnswers = previous.slice(from).some(findAnswer)
  const found = (hasRemovedAnswers ? messages : messages.slice(from)).flatMap((message) => {
    const answer = findAnswer(message)
    return answer ? [answer] : []
  })
  if (hasRemovedAnswers) return new Map(found)
  return found.length > 0 ? new Map([...answers, ...found]) : answers
}

/** Returns the id of the question that a message answers, and the answer. */
function findAnswer({
  isOwn,
  payload,
  metadata,
}: ChatMessage): [questionId: string, value: string] | undefined {
  const questionId = metadata?.['answers']
  if (!isOwn || typeof questionId !== 'string') return undefined
  const read = parsePayload(payload)
  if (read?.type !== 'text') return undefined
  return [questionId, String('value' in payload ? payload.value : read.text)]
}

function getCommonPrefixLength(previous: readonly ChatMessage[], messages: readonly ChatMessage[]): number {
  const maxLength = Math.min(previous.length, messages.length)
  let length = 0
  while (length < maxLength && previous[length] === messages[length]) length++
  return length
}

function isSameGroup(a: ChatMessage, b: ChatMessage): boolean {
  const [from, to] = [getTime(a), getTime(b)]
  if (a.userId !== b.userId) return false
  // Pending messages have no time yet.
  if (from === undefined || to === undefined) return true
  return Date.parse(to) - Date.parse(from) < groupGapMs && isSameDay(a, b)
}

function isSameDay(a: ChatMessage, b: ChatMessage): boolean {
  const [from, to] = [getTime(a), getTime(b)]
  return (
    from !== undefined && to !== undefined && new Date(from).toDateString() === new Date(to).toDateString()
  )
}

function getTime(message: ChatMessage): string | undefined {
  return 'createdAt' in message ? message.createdAt : undefined
}

/** How the turn of an answer ended, unless it ended normally. */
export type AnswerMark = 'stopped' | 'failed'

/** Returns what to add to the text of an answer. */
export function describeMark(mark: AnswerMark | undefined): string {
  return mark ? ` (${mark})` : ''
}

/**
 * Returns `stopped` for an answer that was stopped, and `failed` for what the bot sent after its turn failed. Users can
 * set any metadata, so the sender must be the bot.
 */
export function getAnswerMark(
  { userId, metadata }: ChatMessage,
  botId: string | undefined,
): AnswerMark | undefined {
  if (userId !== botId) return undefined
  return (['failed', 'stopped'] as const).find((mark) => metadata?.[mark] === true)
}
