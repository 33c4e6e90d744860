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

/** One list to page through, empty but for what it cannot be without. */
interface List {
  readonly reader: TestUser
  readonly path: string
  /** Puts one more item into the list. @returns Its id. */
  readonly add: () => Promise<string>
  readonly remove: (id: string) => Promise<unknown>
}

interface Kind {
  /** Whether new items come first. */
  readonly isNewestFirst: boolean
  readonly items: string
  readonly make: () => Promise<List>
}

const kinds: Kind[] = [
  {
    items: 'messages',
    isNewestFirst: true,
    make: async () => {
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
    make: async () => {
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
    make: async () => {
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

describe.each(kinds)('the list of $items', ({ items, isNewestFirst, make }) => {
  const inOrder = (ids: string[]) => (isNewestFirst ? ids.toReversed() : ids)

  test('holds 20 items a page, and ends without a token', async () => {
    const list = await make()
    const ids = await existing(list)
    while (ids.length < 41) ids.push(await list.add())

    const pages = await pagesOf(list)

    const expected = inOrder(ids)
    expect(pages).toEqual([expected.slice(0, 20), expected.slice(20, 40), expected.slice(40)])
  })

  test('has one page if it holds exactly 20 items', async () => {
    const list = await make()
    const ids = await existing(list)
    while (ids.length < 20) ids.push(await list.add())

    const { body } = await list.reader.get<{ meta: object }>(list.path)

    expect(body).toEqual({ [items]: inOrder(ids).map((id) => expect.objectContaining({ id })), meta: {} })
  })

  test.each([1, 2, 3])('has neither gaps nor repeats by %i while new items arrive', async (limit) => {
    const list = await make()
    const ids = await existing(list)
    while (ids.length < 7) ids.push(await list.add())
    const arriving: string[] = []

    const pages = await pagesOf(list, {
      limit,
      between: async () => {
        if (arriving.length < 4) arriving.push(await list.add())
      },
    })

    // What arrives in front of the first page is no business of the later ones; what arrives behind the last one is.
    expect(pages.flat()).toEqual(isNewestFirst ? inOrder(ids) : [...ids, ...arriving])
    expect(pages.every((page) => page.length <= limit)).toBe(true)
  })

  test('goes on behind an item that is gone', async () => {
    const list = await make()
    const ids = await existing(list)
    while (ids.length < 6) ids.push(await list.add())
    const expected = inOrder(ids)

    const pages = await pagesOf(list, {
      limit: 2,
      between: async (page) => {
        await list.remove(page.at(-1) ?? '')
      },
    })

    expect(pages.flat()).toEqual(expected)
  })

  test('goes on though everything behind the token is gone', async () => {
    const list = await make()
    const ids = await existing(list)
    while (ids.length < 4) ids.push(await list.add())
    const expected = inOrder(ids)

    const pages = await pagesOf(list, {
      limit: 2,
      between: async () => {
        for (const id of expected.slice(2)) await list.remove(id)
      },
    })

    expect(pages).toEqual([expected.slice(0, 2), []])
  })

  test('holds up to 100 items a page', async () => {
    const list = await make()
    const ids = await existing(list)
    while (ids.length < 22) ids.push(await list.add())

    expect(await pagesOf(list, { limit: 100 })).toEqual([inOrder(ids)])
  })
})

test('conversations that someone else made are in the list of those who take part', async () => {
  const [owner, guest] = [await createTestUser(server.url), await createTestUser(server.url)]
  const first = await createConversation(owner, guest)
  const second = await createConversation(guest)
  const third = await createConversation(owner, guest)
  await createConversation(owner)
  const list = { reader: guest, path: '/conversations' }

  const before = await pagesOf(list)
  await guest.delete(`/conversations/${third}/participants/${guest.id}`)
  const after = await pagesOf(list)

  expect(before).toEqual([[third, second, first]])
  expect(after).toEqual([[second, first]])
})

test('many who ask at once are each answered with their own page', async () => {
  const lists = await Promise.all(
    ['ä', '你', '👋', 'a', '"\\'].map(async (text) => {
      const reader = await createTestUser(server.url)
      const conversationId = await createConversation(reader)
      for (let count = 0; count < 3; count++) await sendText(reader, conversationId, text.repeat(500))
      return { reader, path: `/conversations/${conversationId}/messages` }
    }),
  )
  const alone: ReceivedResponse[] = []
  for (const { reader, path } of lists) alone.push(await reader.get(path))

  for (let round = 0; round < 10; round++) {
    const together = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const list = lists[index % lists.length]
        return list?.reader.get(list.path)
      }),
    )

    expect(together.map((answer) => answer?.status)).toEqual(together.map(() => 200))
    expect(together.map((answer) => answer?.body)).toEqual(
      together.map((_, index) => alone[index % alone.length]?.body),
    )
  }
})

type Readable = Pick<List, 'reader' | 'path'>

/** The ids of each page, from the first to the one without a token. */
async function pagesOf(
  { reader, path }: Readable,
  { limit, between }: { limit?: number; between?: (page: string[]) => Promise<void> } = {},
): Promise<string[][]> {
  const pages: string[][] = []
  let nextToken: string | undefined
  do {
    if (nextToken !== undefined) await between?.(pages.at(-1) ?? [])
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

async function existing(list: Readable): Promise<string[]> {
  return (await pagesOf(list)).flat()
}
