import { afterEach, expect, test } from 'vitest'
import { getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { openTab, type Tab } from './open-tab.ts'

const opened: Tab[] = []
const map = new Map<string, string>()

afterEach(() => {
  opened.splice(0).forEach((tab) => tab.close())
  map.clear()
})

const storage = {
  getItem: (name: string) => map.get(name),
  setItem: (name: string, value: string) => void map.set(name, value),
  removeItem: (name: string) => void map.delete(name),
}
/** The code before the format had a version: it ignores and removes list items that it does not know. */
const unversionedStorage = {
  ...storage,
  setItem(name: string, value: string) {
    const list = JSON.parse(value) as { version?: number }[]
    map.set(name, JSON.stringify(list.filter(({ version }) => version === undefined)))
  },
}

type Service = Awaited<ReturnType<typeof startFakeHostedService>>

/** A tab that was opened before the deployment: its channels and locks have the same names without the version. */
const openOldTab = (service: Service): Promise<Tab> =>
  open(openTab(service, { storage: unversionedStorage, environment: unversionedEnvironment }))
const openNewTab = (service: Service): Promise<Tab> => open(openTab(service, { storage }))
const withoutVersion = (name: string): string => name.replace(/^v1:/, '')
type Lockers = Record<'request', (...args: unknown[]) => unknown>
const requestLock = (name: string, ...rest: unknown[]): unknown =>
  (navigator.locks as unknown as Lockers).request(withoutVersion(name), ...rest)
const unversionedEnvironment = {
  openChannel: (name: string) => new BroadcastChannel(withoutVersion(name)),
  locks: { request: requestLock as LockManager['request'] },
}

async function open(opening: Promise<Tab>): Promise<Tab> {
  const tab = await opening
  opened.push(tab)
  await until(() => tab.latest.connection?.isSynced === true)
  return tab
}

const send = (tab: Tab, text: string) => tab.conversation.send({ type: 'text', text })
const isSettled = ({ latest: seen }: Tab): boolean => seen.messages.every(({ status }) => status === 'sent')

test('an old and a new tab have their own streams, display all messages, and send each once', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
  service.postMessage('c1', 'bob', 'before')
  const tabs = [await openOldTab(service), await openNewTab(service)]

  const sends = Array.from({ length: 20 }, async (_, index) => {
    const tab = tabs[index % 2]
    if (tab) await send(tab, `${index}`)
  })
  await Promise.all(sends)
  await until(() => tabs.every((tab) => tab.latest.messages.length === 21 && isSettled(tab)))

  const stored = getTexts(service.messages('c1'))
  expect([stored.length, new Set(stored).size]).toEqual([21, 21])
  for (const { latest: seen } of tabs) expect(getTexts(seen.messages)).toEqual(stored)
  await until(() => service.openStreams === 2)
  await until(() => map.size === 0)
})
