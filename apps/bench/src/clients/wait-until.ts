const pollIntervalMs = 5

/** Polls a condition. Polling is slow on purpose: its CPU time is part of the measurement. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, pollIntervalMs))
}
