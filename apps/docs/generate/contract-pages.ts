import { extensions, operations, type Extension, type Operation } from '@parley/core/contract'
import type ts from 'typescript'
import { docstring } from './describe-export.ts'
import { dataFieldsOf, descriptionOf, fieldsOf, typeOfNamed, type Field } from './describe-schema.ts'
import type { GeneratedPage } from './generated-page.ts'
import type { Source } from './read-source.ts'

const access: Record<Operation['access'], string> = {
  anyone: 'anyone, without a key',
  key: 'anyone with a valid key',
  user: 'any user',
  participant: 'participants',
  owner: 'the owner of the conversation',
  sender: 'the sender of the message',
  ownerOrNew: 'any user; if the conversation exists, only for its owner',
  ownerOrSelf: 'the owner, and participants who remove themselves',
}

/** The operations, the models and the signals, from the contract. */
export function createContractPages(source: Source): GeneratedPage[] {
  return [operationsPage(source), modelsPage(), signalsPage()]
}

function operationsPage(source: Source): GeneratedPage {
  const docs = docstringsOf('core/src/contract/operations.ts', 'operations', source)
  const extensionDocs = docstringsOf('core/src/contract/extensions.ts', 'extensions', source)
  return {
    path: 'operations.md',
    title: 'Operations',
    description: 'All 21 operations of the Chat API and the extensions of the server: paths, fields, errors.',
    order: -4,
    body: [
      operationsIntroduction,
      ...Object.entries<Operation>(operations).map(([name, operation]) =>
        describeOperation(name, operation, docs.get(name) ?? ''),
      ),
      '## Extensions of the server\n\nA server lists the extensions that it supports as `capabilities` in ' +
        '`GET /hello`, which `me.serverInfo()` returns. Without the capability, the call fails with `MethodNotFound`.',
      ...Object.entries<Extension>(extensions).map(([name, extension]) =>
        describeOperation(name, extension, extensionDocs.get(name) ?? ''),
      ),
    ].join('\n\n'),
  }
}

const operationsIntroduction = `
Paths are relative to the base URL of a bot, such as \`http://127.0.0.1:3000/demo\`. Requests send the key of the user
in the header \`x-user-key\`, and bodies as JSON. In TypeScript, path, query and body are one object:
\`me.addParticipant({ conversationId, userId })\`. A list has \`me.listMessages.all(…)\` as well, which iterates over
the items of all pages. An error has the body \`{ id, code, type, message }\`; see [Errors](/guides/errors/).

**The OpenAPI document**: each server has it at \`/openapi.json\` below the base URL of a bot, and
\`openApiDocument()\` of [\`@parley/core/contract\`](/reference/api/core-contract/) returns it. This site has a copy:
[openapi.json](/openapi.json).
`

function describeOperation(name: string, operation: Operation, docs: string): string {
  const path = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, field = '']) =>
    row(field, 'path', 'string'),
  )
  const query = operation.query ? fieldsOf(operation.query).map((field) => fieldRow(field, 'query')) : []
  const body = operation.body ? fieldsOf(operation.body).map((field) => fieldRow(field, 'body')) : []
  const rows = [...path, ...query, ...body]
  const result = operation.stream
    ? `a stream of [signals](/reference/signals/)`
    : operation.result
      ? `\`${typeOfNamed(operation.result)}\``
      : 'no body'
  return [
    `## ${name}`,
    docs,
    `\`\`\`http\n${operation.method} ${operation.path}\n\`\`\``,
    `Allowed for ${access[operation.access]}. Response: ${operation.status}, ${result}.`,
    rows.length > 0 ? `| field | in | type | meaning |\n|---|---|---|---|\n${rows.join('\n')}` : '',
  ]
    .filter(Boolean)
    .join('\n\n')
}

function fieldRow({ name, type, isRequired, description }: Field, place: string): string {
  return row(name, place, type, `${isRequired ? '' : 'Optional. '}${description}`)
}

function row(name: string, place: string, type: string, description = ''): string {
  return `| \`${name}\` | ${place} | \`${type.replaceAll('|', String.raw`\|`)}\` | ${description} |`
}

function modelsPage(): GeneratedPage {
  const models = ['User', 'Conversation', 'Message', 'Event']
  return {
    path: 'models.md',
    title: 'Models',
    description: 'The fields of users, conversations, messages and events.',
    order: -3,
    body: [
      'The content of a message is its `payload`, one of 12 types: see [Payloads](/guides/payloads/).',
      ...models.map((name) => `## ${name}\n\n${descriptionOf(name)}\n\n${fieldTable(fieldsOf(name))}`),
    ].join('\n\n'),
  }
}

const signals: Record<string, { schema: string; extra?: string }> = {
  message_created: { schema: 'MessageCreatedSignal', extra: 'A message was stored.' },
  message_deleted: { schema: 'MessageDeletedSignal', extra: 'A message was deleted.' },
  event_created: { schema: 'EventCreatedSignal', extra: 'A user or the bot sent a custom event.' },
  participant_added: { schema: 'ParticipantAddedSignal', extra: 'A user became a participant.' },
  participant_removed: { schema: 'ParticipantRemovedSignal', extra: 'A user is no longer a participant.' },
  message_stream_delta: { schema: 'MessageStreamDeltaSignal' },
  message_stream_complete: {
    schema: 'MessageStreamCompleteSignal',
    extra: 'A streaming message is complete and stored.',
  },
  message_stream_abort: { schema: 'MessageStreamAbortSignal', extra: 'A streaming message was discarded.' },
  typing: { schema: 'TypingSignal' },
  conversation_added: {
    schema: 'ConversationSignal',
    extra: 'The user became a participant in a conversation.',
  },
  conversation_removed: {
    schema: 'ConversationSignal',
    extra: 'The user is no longer a participant in a conversation, or it was deleted.',
  },
}

function signalsPage(): GeneratedPage {
  return {
    path: 'signals.md',
    title: 'Signals',
    description: 'Every signal that a stream delivers, and the fields of its data.',
    order: -2,
    body: [
      signalsIntroduction,
      ...Object.entries(signals).map(
        ([type, { schema, extra }]) =>
          `## ${type}\n\n${extra ?? descriptionOf(schema)}\n\n${fieldTable(dataFieldsOf(schema))}`,
      ),
      clientSignals,
    ].join('\n\n'),
  }
}

const signalsIntroduction = `
A stream delivers signals, each with a \`type\` and \`data\`. On servers with replay, a signal also has an \`id\`, its
position: a stream that starts with \`after: id\` resumes there. \`typing\`, \`conversation_added\` and
\`conversation_removed\` are sent by \`@parley/server\` only, and the last two only by \`listenUser\`. What the signals
are for: [Signals](/concepts/signals/).
`

const clientSignals = `## discontinuity

Added by the client at a possible gap: signals may be missing here. \`data.cause\` is \`no_replay\` if the server cannot
replay, and \`reset\` if it no longer has the missed signals.

## unknown

A signal that this version of the client does not know. \`data\` is what the server sent.`

function fieldTable(fields: readonly Field[]): string {
  const rows = fields.map(({ name, type, isRequired, description }) => {
    const optional = isRequired ? '' : 'Optional. '
    return `| \`${name}\` | \`${type.replaceAll('|', String.raw`\|`)}\` | ${optional}${description} |`
  })
  return `| field | type | meaning |\n|---|---|---|\n${rows.join('\n')}`
}

/** The docstrings of the properties of an exported object. */
function docstringsOf(file: string, name: string, { module, checker }: Source): Map<string, string> {
  const symbol = module(file).exports.find((candidate) => candidate.name === name)
  const declaration: ts.Declaration | undefined = symbol?.valueDeclaration
  if (!symbol || !declaration)
    throw new Error(`Unable to read the docstrings of ${name}; ${file} does not export it.`)
  const properties = checker.getTypeOfSymbolAtLocation(symbol, declaration).getProperties()
  return new Map(properties.map((property) => [property.name, docstring(property, checker)]))
}
