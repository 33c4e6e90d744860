/** What every call takes beside its input. */
export interface CallOptions {
  /** Ends the call at once: it rejects with the signal's reason. What was sent already may still take effect. */
  signal?: AbortSignal | undefined
  /** How long to wait for an answer, for each attempt. Default: the client's. */
  timeoutMs?: number | undefined
  /**
   * Makes a POST safe to repeat, on servers with the capability `idempotency`: all with one key have one effect and one answer, for
   * 24 h. The call waits until it is known what the server can do. Default: a new key for each call, the same over its retries.
   */
  idempotencyKey?: string | undefined
}
