/** A request that came to a test server. */
export interface TestRequest {
  readonly method: string
  /** Below the base URL of the bot, without a query: `/messages`. */
  readonly path: string
  readonly webhookId: string
  /** What befell it. `lost`: nobody did it; `unanswered`: it was done, and the answer was lost; `answered`: by a fault. */
  readonly outcome: 'passed' | 'lost' | 'unanswered' | 'answered'
}

/** Which requests a fault befalls. */
export interface FaultScope {
  /** How many requests. Default: 1; `Infinity` until `heal()`. */
  readonly times?: number
  /** Default: any request but those of `OPTIONS`. */
  readonly only?: (request: Omit<TestRequest, 'outcome'>) => boolean
}

/** An answer that is not the chat's. */
export interface FaultResponse {
  readonly status: number
  /** The body is then a failure of this type in the API's error shape. */
  readonly type?: string
  /** The body as it is, such as a load balancer's page. */
  readonly body?: string
  readonly contentType?: string
  /** Seconds, for the header `retry-after`. */
  readonly retryAfter?: number
}

type Fault =
  | { readonly outcome: 'lost' | 'unanswered' }
  | { readonly outcome: 'answered'; readonly answer: FaultResponse }

/** The faults that wait for a request, oldest first. */
export interface Faults {
  add(fault: Fault, scope: FaultScope): void
  /** The first that fits; it is used up by one. */
  take(request: Omit<TestRequest, 'outcome'>): Fault | undefined
  clear(): void
}

export function createFaults(): Faults {
  let waiting: { readonly fault: Fault; readonly only: NonNullable<FaultScope['only']>; left: number }[] = []
  return {
    add: (fault, { times = 1, only = () => true }) => {
      waiting.push({ fault, only, left: times })
    },
    take: (request) => {
      const found = waiting.find(({ only }) => only(request))
      if (!found) return undefined
      found.left--
      if (found.left <= 0) waiting = waiting.filter((other) => other !== found)
      return found.fault
    },
    clear: () => {
      waiting = []
    },
  }
}
