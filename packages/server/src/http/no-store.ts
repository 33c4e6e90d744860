/** Sent with every response: otherwise, shared caches could serve one user's data to another. */
export const noStore = { 'cache-control': 'no-store' } as const
