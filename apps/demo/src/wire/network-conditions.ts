/** Network faults that the tap simulates. */
export interface NetworkConditions {
  /** Every request fails, and open streams are dropped. */
  isOffline: boolean
  /** Delay of each request and of each chunk of a response. */
  latencyMs: number
  /** Outcome of sending a message. `rejected`: the server gets none. `responses_lost`: stored, without a response. */
  sendOutcome: 'delivered' | 'rejected' | 'responses_lost'
}

export const defaultConditions: NetworkConditions = {
  isOffline: false,
  latencyMs: 0,
  sendOutcome: 'delivered',
}
