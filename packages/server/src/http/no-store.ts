/** On every response: without it, shared caches keep what one user may see, and serve it to others. */
export const noStore = { 'cache-control': 'no-store' } as const
