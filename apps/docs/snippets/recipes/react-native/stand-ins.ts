/** Stand in for modules with native code when the test runs the app in a browser. */
export const fetch: typeof globalThis.fetch = (input, init) =>
  globalThis.fetch(input, init)

const AsyncStorage = {
  getItem: async (name: string) => localStorage.getItem(name),
  setItem: async (name: string, value: string) =>
    localStorage.setItem(name, value),
  removeItem: async (name: string) => localStorage.removeItem(name),
}
// oxlint-disable-next-line import/no-default-export -- as in the module
export default AsyncStorage
