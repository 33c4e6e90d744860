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

/** A tab that was opened before the deployment: its channels have the same names without the version. */
const openOldTab = (service: Service): Promise<Tab> =>
  open(openTab(service, { storage: unversionedStorage, environment: { openChannel: openOldChannel } }))
const openNewTab = (service: Service): Promise<Tab> => open(openTab(service, { storage }))
const openOldChannel = (name: string) => new BroadcastChannel(name.replace(/^v1:/, ''))

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
  service.scriptOutcomes('response_lost', 'request_lost', 'stored_no_response')

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

test.each(['old', 'new'])(
  'messages that were pending when both tabs closed are sent once, in the next %s tab',
  async (next) => {
    await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
    service.postMessage('c1', 'bob', 'before')
    const [old, current] = [await openOldTab(service), await openNewTab(service)]
    service.scriptOutcomes('stored_no_response', 'no_response')

    for (const text of ['old 1', 'old 2']) void send(old, text)
    for (const text of ['new 1', 'new 2']) void send(current, text)
    await until(() => [...map.values()].join().split('"key"').length === 5)
    await until(() => service.messages('c1').length >= 2)
    old.close()
    current.close()
    const last = await (next === 'old' ? openOldTab(service) : openNewTab(service))
    await until(() => last.latest.messages.length === 5 && isSettled(last))

    const stored = getTexts(service.messages('c1'))
    expect(stored).toHaveLength(5)
    expect(new Set(stored)).toEqual(new Set(['before', 'old 1', 'old 2', 'new 1', 'new 2']))
    await until(() => map.size === 0)
  },
)
