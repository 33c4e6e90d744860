import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import type { ReceivedResponse } from './raw-http/send-request.ts'
import { createConversation, createTestUser, sendText, type TestUser } from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ logger: createRecordingLogger() })
})
afterAll(() => server.close())

/** A list that is empty, except for items that it always has. */
interface List {
  readonly reader: TestUser
  readonly path: string
  /** Adds an item to the list. @returns Its id. */
  readonly add: () => Promise<string>
  readonly remove: (id: string) => Promise<unknown>
}

interface ListKind {
  /** Whether new items come first. */
  readonly isNewestFirst: boolean
  readonly items: string
  readonly create: () => Promise<List>
}

const kinds: ListKind[] = [
  {
    items: 'messages',
    isNewestFirst: true,
    create: async () => {
      const reader = await createTestUser(server.url)
      const conversationId = await createConversation(reader)
      return {
        reader,
        path: `/conversations/${conversationId}/messages`,
        add: async () => (await sendText(reader, conversationId, 'Hello')).id,
        remove: (id) => reader.delete(`/messages/${id}`),
      }
    },
  },
  {
    items: 'conversations',
    isNewestFirst: true,
    create: async () => {
      const reader = await createTestUser(server.url)
      return {
        reader,
        path: '/conversations',
        add: () => createConversation(reader),
        remove: (id) => reader.delete(`/conversations/${id}`),
      }
    },
  },
  {
    items: 'participants',
    isNewestFirst: false,
    create: async () => {
      const reader = await createTestUser(server.url)
      const conversationId = await createConversation(reader)
      const path = `/conversations/${conversationId}/participants`
      return {
        reader,
        path,
        add: async () => {
          const { id: userId } = await createTestUser(server.url)
          await reader.post(path, { userId })
          return userId
        },
        remove: (id) => reader.delete(`${path}/${id}`),
      }
    },
  },
]

describe.each(kinds)('the list of $items', ({ items, isNewestFirst, create }) => {
  const inListOrder = (ids: string[]) => (isNewestFirst ? ids.toReversed() : ids)

  test('has 20 items per page, and no token on the last page', async () => {
    const list = await create()
    const ids = await readIds(list)
    while (ids.length < 41) ids.push(await list.add())

    const pages = await readPages(list)

    const expected = inListOrder(ids)
    expect(pages).toEqual([expected.slice(0, 20), expected.slice(20, 40), expected.slice(40)])
  })

  test('has one page if it has exactly 20 items', async () => {
    const list = await create()
    const ids = await readIds(list)
    while (ids.length < 20) ids.push(await list.add())

    const { body } = await list.reader.get<{ meta: object }>(list.path)

    expect(body).toEqual({ [items]: inListOrder(ids).map((id) => expect.objectContaining({ id })), meta: {} })
  })

  test.each([1, 2, 3])('has no gaps or duplicates with limit %i while items are added', async (limit) => {
    const list = await create()
    const ids = await readIds(list)
    while (ids.length < 7) ids.push(await list.add())
    const added: string[] = []

    const pages = await readPages(list, {
      limit,
      betweenPages: async () => {
        if (added.length < 4) added.push(await list.add())
      },
    })

    // Items added before the first page are not on later pages; items added at the end are.
    expect(pages.flat()).toEqual(isNewestFirst ? inListOrder(ids) : [...ids, ...added])
    expect(pages.every((page) => page.length <= limit)).toBe(true)
  })

  test('continues after the last item of a page was removed', async () => {
    const list = await create()
    const ids = await readIds(list)
    while (ids.length < 6) ids.push(await list.add())
    const expected = inListOrder(ids)

    const pages = await readPages(list, {
      limit: 2,
      betweenPages: async (page) => {
        await list.remove(page.at(-1) ?? '')
      },
    })

    expect(pages.flat()).toEqual(expected)
  })

  test('continues with an empty page if all later items were removed', async () => {
    const list = await create()
    const ids = await readIds(list)
    while (ids.length < 4) ids.push(await list.add())
    const expected = inListOrder(ids)

    const pages = await readPages(list, {
      limit: 2,
      betweenPages: async () => {
        for (const id of expected.slice(2)) await list.remove(id)
      },
    })

    expect(pages).toEqual([expected.slice(0, 2), []])
  })

  test('has up to 100 items per page', async () => {
    const list = await create()
    const ids = await readIds(list)
    while (ids.length < 22) ids.push(await list.add())

    expect(await readPages(list, { limit: 100 })).toEqual([inListOrder(ids)])
  })
})

test('the list of conversations contains all in which the user is a participant', async () => {
  const [owner, participant] = [await createTestUser(server.url), await createTestUser(server.url)]
  const first = await createConversation(owner, participant)
  const second = await createConversation(participant)
  const third = await createConversation(owner, participant)
  await createConversation(owner)
  const list = { reader: participant, path: '/conversations' }

  const before = await readPages(list)
  await participant.delete(`/conversations/${third}/participants/${participant.id}`)
  const after = await readPages(list)

  expect(before).toEqual([[third, second, first]])
  expect(after).toEqual([[second, first]])
})

test('concurrent requests each get their own page', async () => {
  const lists = await Promise.all(
    ['ä', '你', '👋', 'a', '"\\'].map(async (text) => {
      const reader = await createTestUser(server.url)
      const conversationId = await createConversation(reader)
      for (let count = 0; count < 3; count++) await sendText(reader, conversationId, text.repeat(500))
      return { reader, path: `/conversations/${conversationId}/messages` }
    }),
  )
  const expected: ReceivedResponse[] = []
  for (const { reader, path } of lists) expected.push(await reader.get(path))

  for (let round = 0; round < 10; round++) {
    const responses = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const list = lists[index % lists.length]
        return list?.reader.get(list.path)
      }),
    )

    expect(responses.map((response) => response?.status)).toEqual(responses.map(() => 200))
    expect(responses.map((response) => response?.body)).toEqual(
      responses.map((_, index) => expected[index % expected.length]?.body),
    )
  }
})

type Readable = Pick<List, 'reader' | 'path'>

/** Reads all pages, until one has no token. @returns The ids on each page. */
async function readPages(
  { reader, path }: Readable,
  { limit, betweenPages }: { limit?: number; betweenPages?: (page: string[]) => Promise<void> } = {},
): Promise<string[][]> {
  const pages: string[][] = []
  let nextToken: string | undefined
  do {
    if (nextToken !== undefined) await betweenPages?.(pages.at(-1) ?? [])
    const query = new URLSearchParams({
      ...(limit === undefined ? {} : { limit: String(limit) }),
      ...(nextToken === undefined ? {} : { nextToken }),
    })
    const { body } = await reader.get<{ meta: { nextToken?: string } }>(`${path}?${query}`)
    const { meta, ...lists } = body
    pages.push(Object.values<{ id: string }[]>(lists).flatMap((items) => items.map(({ id }) => id)))
    nextToken = meta.nextToken
  } while (nextToken !== undefined)
  return pages
}

async function readIds(list: Readable): Promise<string[]> {
  return (await readPages(list)).flat()
}
