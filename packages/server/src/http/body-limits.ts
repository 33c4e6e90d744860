const kibibyte = 1024

/** The largest body of any route, as specified by the API. */
export const maxBodyBytes: number = 1024 * kibibyte
/** For routes that read only ids, or no body. */
const smallBodyBytes = 16 * kibibyte

/** By body schema. A user's fields have at most 3,304 characters of up to 12 bytes each if escaped. */
const limits: Readonly<Record<string, number>> = {
  CreateUserBody: 64 * kibibyte,
  UserFieldsBody: 64 * kibibyte,
  CreateMessageBody: maxBodyBytes,
  CreateEventBody: maxBodyBytes,
}

/** The body limit of a route, in bytes. */
export function getBodyLimit(schema: string | undefined): number {
  return limits[schema ?? ''] ?? smallBodyBytes
}
