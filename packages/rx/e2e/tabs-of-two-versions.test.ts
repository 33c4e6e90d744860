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
  service.scriptOutcomes('response_lost', 'request_lost', 'no_echo', 'overloaded', 'response_lost')

  const sends = Array.from({ length: 20 }, async (_, index) => {
    const tab = tabs[index % 2]
    if (tab) await send(tab, `${index}`)
  })
  await Promise.all(sends)
  // The next signal after each lost echo is a message: ask both tabs to compare with the server.
  service.disconnectAll()
  await until(() => tabs.every((tab) => tab.latest.messages.length === 21 && isSettled(tab)))

  const stored = getTexts(service.messages('c1'))
  expect([stored.length, new Set(stored).size]).toEqual([21, 21])
  for (const { latest: seen } of tabs) expect(getTexts(seen.messages)).toEqual(stored)
  await until(() => service.openStreams === 2)
  await until(() => map.size === 0)
})

test.each([
  { sending: 'old', outcome: 'no_response', next: 'new' },
  { sending: 'old', outcome: 'stored_no_response', next: 'new' },
  { sending: 'new', outcome: 'no_response', next: 'old' },
  { sending: 'new', outcome: 'stored_no_response', next: 'old' },
] as const)(
  'if both tabs close, the $sending one while it sends ($outcome), a $next tab sends each message once',
  async ({ sending, outcome, next }) => {
    await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
    service.postMessage('c1', 'bob', 'before')
    const [old, current] = [await openOldTab(service), await openNewTab(service)]
    const [first, second] = sending === 'old' ? [old, current] : [current, old]
    service.scriptOutcomes(outcome)

    for (const text of ['one', 'two']) void send(first, text)
    await until(() => service.requests.includes('POST /messages'))
    for (const text of ['three', 'four']) void send(second, text)
    await until(() => countStored() === 4)
    old.close()
    current.close()
    const last = await (next === 'old' ? openOldTab(service) : openNewTab(service))
    await until(() => last.latest.messages.length === 5 && isSettled(last))

    const stored = getTexts(service.messages('c1'))
    expect(stored).toEqual(['before', 'one', 'two', 'three', 'four'])
    await until(() => map.size === 0)
  },
)

test.each(['old', 'new'])(
  'if the %s tab closes while it sends, the other one sends its own messages',
  async (closing) => {
    await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
    service.postMessage('c1', 'bob', 'before')
    const [old, current] = [await openOldTab(service), await openNewTab(service)]
    const [first, second] = closing === 'old' ? [old, current] : [current, old]
    service.scriptOutcomes('stored_no_response')

    for (const text of ['one', 'two']) void send(first, text)
    await until(() => service.requests.includes('POST /messages'))
    const sent = send(second, 'three')
    await until(() => countStored() === 3)
    first.close()
    await sent
    const reopened = await (closing === 'old' ? openOldTab(service) : openNewTab(service))
    await until(() => service.messages('c1').length === 4 && isSettled(reopened))

    expect(getTexts(service.messages('c1'))).toEqual(['before', 'one', 'three', 'two'])
    await until(() => map.size === 0)
  },
)

test.each(['old', 'new'])(
  'a tab that opens while the %s one sends restores its messages, and sends none twice',
  async (sending) => {
    await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
    service.postMessage('c1', 'bob', 'before')
    const first = await (sending === 'old' ? openOldTab(service) : openNewTab(service))
    service.scriptOutcomes('stored_no_response')

    for (const text of ['one', 'two']) void send(first, text)
    await until(() => service.requests.includes('POST /messages'))
    const second = await (sending === 'old' ? openNewTab(service) : openOldTab(service))
    await until(() => getTexts(second.latest.messages).includes('two'))
    first.close()
    await until(() => second.latest.messages.length === 3 && isSettled(second))

    expect(getTexts(service.messages('c1'))).toEqual(['before', 'one', 'two'])
    await until(() => map.size === 0)
  },
)

/** The number of pending messages in the storage. */
function countStored(): number {
  return [...map.values()].join().split('"key"').length - 1
}
