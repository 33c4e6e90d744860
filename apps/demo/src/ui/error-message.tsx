import { isChatError, type ChatError } from '@parley/core'
import type { ReactElement } from 'react'

/** Returns a sentence that tells the user why something failed. */
export function getErrorMessage(error: unknown): string {
  return isChatError(error) ? getMessageForType(error.type) : 'Something went wrong.'
}

function getMessageForType(type: ChatError['type']): string {
  switch (type) {
    case 'NetworkFailed':
      return 'The server cannot be reached. Check your internet connection.'
    case 'TimedOut':
    case 'OperationTimeout':
      return 'The server did not respond in time. Try again.'
    case 'Unauthorized':
    case 'KeyUnavailable':
      return 'You are not signed in. Reload the page to sign in again.'
    case 'Forbidden':
      return 'You do not have permission to do this.'
    case 'ResourceNotFound':
    case 'ReferenceNotFound':
    case 'ResourceGone':
      return 'This no longer exists.'
    case 'AlreadyExists':
      return 'This already exists.'
    case 'PayloadTooLarge':
    case 'LimitExceeded':
      return 'This is too long. Shorten it.'
    case 'RateLimited':
      return 'Too many requests. Wait a moment.'
    case 'PaymentRequired':
    case 'QuotaExceeded':
      return 'This chat has reached its usage limit.'
    case 'Internal':
    case 'Unknown':
    case 'Unavailable':
      return 'The server has a problem. Try again later.'
    case 'InvalidPayload':
    case 'InvalidDataFormat':
    case 'InvalidIdentifier':
    case 'UnsupportedMediaType':
      return 'The server rejected this. Change it and try again.'
    default:
      return 'The server sent an unexpected response. Try again later.'
  }
}

/** The message, with the technical text behind a disclosure. */
export function ErrorMessage({ error, intro }: { error: unknown; intro?: string }): ReactElement {
  return (
    <>
      {intro !== undefined && `${intro} `}
      {getErrorMessage(error)}
      <ErrorDetails error={error} />
    </>
  )
}

/** The technical text of an error, behind a disclosure. */
export function ErrorDetails({ error }: { error: unknown }): ReactElement {
  return (
    <details className="text-[0.8125rem]">
      <summary className="w-fit cursor-pointer py-0.5 underline underline-offset-2 pointer-coarse:min-h-11 pointer-coarse:py-3">
        Details
      </summary>
      <span className="block wrap-anywhere">{error instanceof Error ? error.message : String(error)}</span>
    </details>
  )
}

/** Returns the reason of an error as a sentence. The caller says what failed. */
export function getErrorReason(error: unknown): string {
  if (!isChatError(error)) return 'Something went wrong.'
  const reason = error.message.replace(/^Unable to [^;]+; /, '')
  return reason.charAt(0).toUpperCase() + reason.slice(1)
}
