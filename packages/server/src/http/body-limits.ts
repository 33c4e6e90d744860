const kibibyte = 1024

/** The largest body of any route, as the wire has it. */
export const maxBodyBytes: number = 1024 * kibibyte
/** Where nothing but ids is read, or nothing at all. */
const smallBodyBytes = 16 * kibibyte

/**
 * By the schemas of bodies. Fields of users have at most 3,304 characters, of up to 12 bytes each where they are
 * escaped.
 */
const limits: Readonly<Record<string, number>> = {
  CreateUserBody: 64 * kibibyte,
  UserFieldsBody: 64 * kibibyte,
  CreateMessageBody: maxBodyBytes,
  CreateEventBody: maxBodyBytes,
}

/** How large the body of a route may be. */
export function bodyLimitOf(schema: string | undefined): number {
  return limits[schema ?? ''] ?? smallBodyBytes
}
