/** Wraps a client so that `called` receives the name of each called method. */
export function recordCalls<Client extends object>(client: Client, called: Set<string>): Client {
  return new Proxy(client, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...input: unknown[]): unknown => {
        called.add(String(name))
        return Reflect.apply(member, target, input)
      }
    },
  })
}
