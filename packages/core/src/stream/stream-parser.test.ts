import { assert, array, jsonValue, nat, property, record, string } from 'fast-check'
import { expect, test } from 'vitest'
import { createStreamParser, type StreamItem } from './stream-parser.ts'

function parse(chunks: string[]): StreamItem[] {
  const items: StreamItem[] = []
  const parser = createStreamParser(items)
  for (const chunk of chunks) parser.feed(chunk)
  return items
}

function cut(text: string, places: number[]): string[] {
  const cuts = [0, ...places.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b), text.length]
  return cuts.slice(1).map((end, index) => text.slice(cuts[index], end))
}

const signals = array(record({ type: string(), data: jsonValue() }))

test('a stream says the same, wherever it is cut', () => {
  assert(
    property(signals, array(nat()), (values, places) => {
      const text = values
        .map((value, id) => `event: message\nid: ${id}\ndata: ${JSON.stringify(value)}\n\n`)
        .join('')

      expect(parse(cut(text, places))).toEqual(parse([text]))
      expect(parse([text])).toHaveLength(values.length)
    }),
  )
})

test('line ends may be of any kind', () => {
  const text = 'event: message\nid: 1\ndata: {"type":"a"}\n\nevent: message\ndata: {"type":"b"}\n\n'

  expect(parse([text.replaceAll('\n', '\r\n')])).toEqual(parse([text]))
})

test('no text whatever makes it throw', () => {
  assert(property(array(string()), (chunks) => void parse(chunks)))
})
