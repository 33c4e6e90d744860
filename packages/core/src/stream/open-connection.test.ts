import { assert, array, jsonValue, nat, property, record, string } from 'fast-check'
import { expect, test } from 'vitest'
import { createStreamParser, type StreamItem } from './open-connection.ts'

function parse(chunks: string[]): StreamItem[] {
  const items: StreamItem[] = []
  const parser = createStreamParser(items)
  for (const chunk of chunks) parser.feed(chunk)
  return items
}

function split(text: string, offsets: number[]): string[] {
  const cuts = [
    0,
    ...offsets.map((offset) => offset % (text.length + 1)).toSorted((a, b) => a - b),
    text.length,
  ]
  return cuts.slice(1).map((end, index) => text.slice(cuts[index], end))
}

const signals = array(record({ type: string(), data: jsonValue() }))

test('parses a stream independently of its chunks', () => {
  assert(
    property(signals, array(nat()), (values, offsets) => {
      const text = values
        .map((value, id) => `event: message\nid: ${id}\ndata: ${JSON.stringify(value)}\n\n`)
        .join('')

      expect(parse(split(text, offsets))).toEqual(parse([text]))
      expect(parse([text])).toHaveLength(values.length)
    }),
  )
})

test('accepts all kinds of line endings', () => {
  const text = 'event: message\nid: 1\ndata: {"type":"a"}\n\nevent: message\ndata: {"type":"b"}\n\n'

  expect(parse([text.replaceAll('\n', '\r\n')])).toEqual(parse([text]))
})

test('never throws, for any text', () => {
  assert(property(array(string()), (chunks) => void parse(chunks)))
})
