import { openHttpConnection } from './http-connection.ts'

const connections = 64

/**
 * Sends every request once, and picks something out of each answer.
 *
 * @param pattern - A regular expression whose first group is picked.
 * @throws Error if an answer is not a success, or does not fit the pattern.
 */
export function collect(requests: readonly Buffer[], port: number, pattern: string): Promise<string[]> {
  const expression = new RegExp(pattern)
  const picked: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<string[]>()
  let next = 0
  let answered = 0

  const open = Array.from({ length: Math.min(connections, requests.length) }, () => {
    let index = 0
    const send = (): void => {
      const request = requests[(index = next++)]
      if (request) connection.send(request)
    }
    const connection = openHttpConnection({
      port,
      onAnswer: (status, body) => {
        const [, found] = expression.exec(body.toString()) ?? []
        if (status > 299 || found === undefined) {
          finish(() => {
            reject(new Error(`the server answered ${status}: ${body.toString()}`))
          })
          return
        }
        picked[index] = found
        if (++answered === requests.length)
          finish(() => {
            resolve(picked)
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
    for (const connection of open) connection.close()
    settle()
  }
  return promise
}
