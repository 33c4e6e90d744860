/** For every response: without it, shared caches could serve one user's data to another. */
export const noStore = { 'cache-control': 'no-store' } as const
