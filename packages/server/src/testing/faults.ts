/** A request that a test server received. */
export interface TestRequest {
  readonly method: string
  /** Relative to the base URL of the bot, without a query: `/messages`. */
  readonly path: string
  readonly webhookId: string
  /**
   * `forwarded`: processed normally. `dropped`: not processed, and the connection was reset. `response_dropped`:
   * processed, but the connection was reset before the response. `replaced`: not processed, and `respond` set the
   * response.
   */
  readonly outcome: 'forwarded' | 'dropped' | 'response_dropped' | 'replaced'
}

/** The requests that a fault applies to. */
export interface FaultScope {
  /** The number of requests. Default: 1. `Infinity`: until `reset()`. */
  readonly times?: number
  /** Selects requests. Default: all except `OPTIONS`. */
  readonly only?: (request: Omit<TestRequest, 'outcome'>) => boolean
}

/** A response that replaces that of the server. */
export interface FaultResponse {
  readonly status: number
  /** If set, the body is an error of this type in the error format of the API. */
  readonly type?: string
  /** The body, such as the error page of a load balancer. */
  readonly body?: string
  readonly contentType?: string
  /** The value of the header `retry-after`, in seconds. */
  readonly retryAfter?: number
}

type Fault =
  | { readonly outcome: 'dropped' | 'response_dropped' }
  | { readonly outcome: 'replaced'; readonly response: FaultResponse }

/** The pending faults, oldest first. */
export interface Faults {
  add(fault: Fault, scope: FaultScope): void
  /** Returns the first fault that applies to the request, and counts it as used. */
  take(request: Omit<TestRequest, 'outcome'>): Fault | undefined
  clear(): void
}

export function createFaults(): Faults {
  let pending: {
    readonly fault: Fault
    readonly only: NonNullable<FaultScope['only']>
    remaining: number
  }[] = []
  return {
    add: (fault, { times = 1, only = () => true }) => {
      pending.push({ fault, only, remaining: times })
    },
    take: (request) => {
      const found = pending.find(({ only }) => only(request))
      if (!found) return undefined
      found.remaining--
      if (found.remaining <= 0) pending = pending.filter((item) => item !== found)
      return found.fault
    },
    clear: () => {
      pending = []
    },
  }
}
