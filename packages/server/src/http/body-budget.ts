import { ApiError } from '../wire/api-error.ts'

/** The memory of one incomplete body. */
export interface BodyShare {
  /** @throws ApiError if this exceeds the budget. */
  grow(bytes: number): void
  release(): void
}

/** Limits the memory of all incomplete bodies: leaving requests unfinished costs clients almost nothing. */
export interface BodyBudget {
  /** @param sender - The user who sends the body; undefined for callers without a key, who share one limit. */
  open(sender: string | undefined): BodyShare
}

const mebibyte = 1024 * 1024
const defaultTotalBytes = 64 * mebibyte
const defaultUserBytes = 8 * mebibyte
const defaultKeylessBytes = 16 * mebibyte

export interface BodyBudgetOptions {
  readonly totalBytes?: number
  readonly userBytes?: number
  readonly keylessBytes?: number
}

export function createBodyBudget(options: BodyBudgetOptions = {}): BodyBudget {
  const { totalBytes = defaultTotalBytes } = options
  const { userBytes = defaultUserBytes, keylessBytes = defaultKeylessBytes } = options
  const bySender = new Map<string | undefined, number>()
  let total = 0

  const add = (sender: string | undefined, bytes: number): void => {
    total += bytes
    const senderBytes = (bySender.get(sender) ?? 0) + bytes
    if (senderBytes === 0) bySender.delete(sender)
    else bySender.set(sender, senderBytes)
  }

  return {
    open: (sender) => {
      let shareBytes = 0
      return {
        grow: (bytes) => {
          if (total + bytes > totalBytes) throw budgetExceeded()
          const senderBytes = (bySender.get(sender) ?? 0) + bytes
          if (sender === undefined && senderBytes > keylessBytes) throw budgetExceeded()
          if (sender !== undefined && senderBytes > userBytes) throw userBudgetExceeded()
          shareBytes += bytes
          add(sender, bytes)
        },
        release: () => {
          if (shareBytes > 0) add(sender, -shareBytes)
          shareBytes = 0
        },
      }
    },
  }
}

function budgetExceeded(): ApiError {
  return new ApiError(
    'Unavailable',
    'Unable to read the body; the server is receiving too many large bodies. Try again in a moment.',
  )
}

function userBudgetExceeded(): ApiError {
  return new ApiError(
    'RateLimited',
    'Unable to read the body; this user is sending too many large bodies at once. Send fewer at a time.',
  )
}
