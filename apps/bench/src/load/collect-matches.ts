import { openHttpConnection } from './http-connection.ts'

const maxConnections = 64

/**
 * Sends every request once, and extracts a value from each response.
 *
 * @param pattern - A regular expression whose first group captures the value.
 * @throws Error if a response is not successful or does not match the pattern.
 */
export function collectMatches(
  requests: readonly Buffer[],
  port: number,
  pattern: string,
): Promise<string[]> {
  const expression = new RegExp(pattern)
  const matches: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<string[]>()
  let next = 0
  let responseCount = 0

  const connections = Array.from({ length: Math.min(maxConnections, requests.length) }, () => {
    let index = 0
    const send = (): void => {
      const request = requests[(index = next++)]
      if (request) connection.send(request)
    }
    const connection = openHttpConnection({
      port,
      onResponse: (status, body) => {
        const [, value] = expression.exec(body.toString()) ?? []
        if (status > 299 || value === undefined) {
          finish(() => {
            reject(new Error(`The server responded with ${status}: ${body.toString()}`))
          })
          return
        }
        matches[index] = value
        if (++responseCount === requests.length)
          finish(() => {
            resolve(matches)
          })
        else send()
      },
      onError: (error) => {
        finish(() => {
          reject(error)
        })
      },
    })
    send()
    return connection
  })

  function finish(settle: () => void): void {
    for (const connection of connections) connection.close()
    settle()
  }
  return promise
}
