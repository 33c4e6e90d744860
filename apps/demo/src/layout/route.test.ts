import { expect, test } from 'vitest'
import { hrefOf, routeOf, type Route } from './route.ts'

test.each<[string, Route]>([
  ['', { page: 'start' }],
  ['#/', { page: 'conversations' }],
  ['#/layers', { page: 'layers' }],
  ['#/c/conversation-1', { page: 'conversation', id: 'conversation-1' }],
  ['#/c/a%2Fb', { page: 'conversation', id: 'a/b' }],
  ['#/c/%', { page: 'conversation', id: '%' }],
  ['#/c/', { page: 'conversations' }],
  ['#/elsewhere', { page: 'conversations' }],
])('%j is read as an address', (hash, route) => {
  expect(routeOf(hash)).toEqual(route)
})

test.each<Route>([{ page: 'conversations' }, { page: 'layers' }, { page: 'conversation', id: 'a/b #1?' }])(
  'the address of $page leads back to it',
  (route) => {
    expect(routeOf(hrefOf(route))).toEqual(route)
  },
)
