import { ApiError } from '../domain/api-error.ts'

/** The memory of one incomplete body. */
export interface BodyShare {
  /** @throws ApiError if this exceeds the budget. */
  grow(bytes: number): void
  release(): void
}

/** Limits the memory of all incomplete bodies, as unfinished requests cost clients almost nothing. */
export interface BodyBudget {
  /** @param holder - The user who sends the body; undefined for callers without a key, who share one limit. */
  open(holder: string | undefined): BodyShare
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
  const byHolder = new Map<string | undefined, number>()
  let total = 0

  const add = (holder: string | undefined, bytes: number): void => {
    total += bytes
    const held = (byHolder.get(holder) ?? 0) + bytes
    if (held === 0) byHolder.delete(holder)
    else byHolder.set(holder, held)
  }

  return {
    open: (holder) => {
      let own = 0
      return {
        grow: (bytes) => {
          if (total + bytes > totalBytes) throw full()
          const held = (byHolder.get(holder) ?? 0) + bytes
          if (holder === undefined && held > keylessBytes) throw full()
          if (holder !== undefined && held > userBytes) throw tooManyAtOnce()
          own += bytes
          add(holder, bytes)
        },
        release: () => {
          if (own > 0) add(holder, -own)
          own = 0
        },
      }
    },
  }
}

function full(): ApiError {
  return new ApiError(
    'Unavailable',
    'Unable to read the body; the server is reading too many at once. Try again in a moment.',
  )
}

function tooManyAtOnce(): ApiError {
  return new ApiError(
    'RateLimited',
    'Unable to read the body; the user is sending too many at once. Send fewer at a time.',
  )
}
