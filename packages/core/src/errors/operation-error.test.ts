import { expect, test } from 'vitest'
import { extensions } from '../contract/extensions.ts'
import { operations } from '../contract/operations.ts'
import { operationError } from './operation-error.ts'

const actions = {
  createUser: 'create the user',
  getOrCreateUser: 'get or create the user',
  getUser: 'get the user',
  updateUser: 'update the user',
  deleteUser: 'delete the user',
  createConversation: 'create the conversation',
  getOrCreateConversation: 'get or create the conversation',
  getConversation: 'get the conversation',
  deleteConversation: 'delete the conversation',
  listConversations: 'list the conversations',
  listenConversation: 'listen to the conversation',
  listMessages: 'list the messages',
  addParticipant: 'add the participant',
  listParticipants: 'list the participants',
  getParticipant: 'get the participant',
  removeParticipant: 'remove the participant',
  createMessage: 'create the message',
  getMessage: 'get the message',
  deleteMessage: 'delete the message',
  createEvent: 'create the event',
  getEvent: 'get the event',
  listenUser: "listen to the user's conversations",
  sendTyping: 'send the typing signal',
  stop: 'stop the turn',
  createChat: 'create the chat',
  connect: 'connect',
  getServerInfo: 'get the server info',
  signUserKey: 'sign the user key',
}

test.each(Object.entries(actions))('the message for %s begins with "Unable to %s"', (name, action) => {
  expect(operationError(name, 'Internal', 'the disk is full.').message).toBe(
    `Unable to ${action}; the disk is full.`,
  )
})

test('the table covers all operations and extensions', () => {
  expect(Object.keys(actions)).toEqual(
    expect.arrayContaining([...Object.keys(operations), ...Object.keys(extensions)]),
  )
})

test('a server message that already names the operation is not prefixed again', () => {
  const message = 'Unable to create the message; "text" must not be empty.'

  expect(operationError('createMessage', 'InvalidPayload', message).message).toBe(message)
})
