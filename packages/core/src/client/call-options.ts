/** Options of every call. */
export interface CallOptions {
  /** Aborts the call immediately: it rejects with the signal's reason. A request already sent may still take effect. */
  signal?: AbortSignal | undefined
  /** The time limit of each attempt, in milliseconds. Default: the client's. */
  timeoutMs?: number | undefined
  /**
   * Makes a POST safe to repeat on servers with the capability `idempotency`: calls with the same key take effect
   * once and get the same response, for 24 h. A call with a key waits until the server's capabilities are known.
   * Default: a new key per call, the same for its retries.
   */
  idempotencyKey?: string | undefined
}
