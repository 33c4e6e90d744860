/** Calls `run` 100 times, 5 at once. @returns All results. Rejects if one call rejects. */
export async function run100Times<Result>(run: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  while (results.length < 100) results.push(...(await Promise.all([run(), run(), run(), run(), run()])))
  return results
}
