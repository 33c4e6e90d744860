/** Runs something a hundred times, five at once. @returns What each run resolved with; rejects if one of them failed. */
export async function aHundredTimes<Result>(run: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  while (results.length < 100) results.push(...(await Promise.all([run(), run(), run(), run(), run()])))
  return results
}
