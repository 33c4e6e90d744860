/** What every call takes beside its input. */
export interface CallOptions {
  /** Ends the call at once: it rejects with the signal's reason. What was sent already may still take effect. */
  signal?: AbortSignal | undefined
  /** How long to wait for an answer, for each attempt. Default: the client's. */
  timeoutMs?: number | undefined
}
