import { expect, test } from 'vitest'
import { toHref, parseRoute, type Route } from './route.ts'

test.each<[string, Route]>([
  ['', { page: 'start' }],
  ['#/', { page: 'conversations' }],
  ['#/layers', { page: 'layers' }],
  ['#/c/conversation-1', { page: 'conversation', id: 'conversation-1' }],
  ['#/c/a%2Fb', { page: 'conversation', id: 'a/b' }],
  ['#/c/%', { page: 'conversation', id: '%' }],
  ['#/c/', { page: 'conversations' }],
  ['#/elsewhere', { page: 'conversations' }],
])('parses the fragment %j', (hash, route) => {
  expect(parseRoute(hash)).toEqual(route)
})

test.each<Route>([{ page: 'conversations' }, { page: 'layers' }, { page: 'conversation', id: 'a/b #1?' }])(
  'parses the link to $page back into the route',
  (route) => {
    expect(parseRoute(toHref(route))).toEqual(route)
  },
)
