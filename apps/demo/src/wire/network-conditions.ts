/** What the tap makes of the network, on purpose. */
export interface NetworkConditions {
  /** No request gets out, and no stream stays open. */
  isOffline: boolean
  /** How long each request, and each piece of an answer, takes longer. */
  latencyMs: number
  /** What becomes of messages: `refused` never reach the server, `answers_lost` do, and their answers do not come back. */
  sends: 'delivered' | 'refused' | 'answers_lost'
}

export const fairConditions: NetworkConditions = { isOffline: false, latencyMs: 0, sends: 'delivered' }
