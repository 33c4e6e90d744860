/**
 * The commands that change stored data. Each checks the permissions of its caller and applies its changes in one
 * transaction.
 *
 * A command throws `ApiError` before it writes anything (INV-7).
 */
import { registerBot } from './bot-commands.ts'
import {
  addParticipant,
  createConversation,
  deleteConversation,
  getOrCreateConversation,
  removeParticipant,
} from './conversation-commands.ts'
import {
  appendByBot,
  createEvent,
  createMessage,
  deleteMessage,
  finishTurn,
  stopTurn,
} from './entry-commands.ts'
import { runIdempotent, type IdempotencyKey } from './idempotency.ts'
import type { Transaction } from './transaction.ts'
import { createUser, deleteUser, getOrCreateUser, updateUser } from './user-commands.ts'

interface Commands {
  createUser: typeof createUser
  getOrCreateUser: typeof getOrCreateUser
  updateUser: typeof updateUser
  deleteUser: typeof deleteUser
  createConversation: typeof createConversation
  getOrCreateConversation: typeof getOrCreateConversation
  deleteConversation: typeof deleteConversation
  addParticipant: typeof addParticipant
  removeParticipant: typeof removeParticipant
  createMessage: typeof createMessage
  deleteMessage: typeof deleteMessage
  createEvent: typeof createEvent
  appendByBot: typeof appendByBot
  finishTurn: typeof finishTurn
  stopTurn: typeof stopTurn
  registerBot: typeof registerBot
}

export type CommandName = keyof Commands
export type CommandInput<Name extends CommandName> = Parameters<Commands[Name]>[1]
export type CommandResult<Name extends CommandName> = ReturnType<Commands[Name]>

const commands: Commands = {
  createUser,
  getOrCreateUser,
  updateUser,
  deleteUser,
  createConversation,
  getOrCreateConversation,
  deleteConversation,
  addParticipant,
  removeParticipant,
  createMessage,
  deleteMessage,
  createEvent,
  appendByBot,
  finishTurn,
  stopTurn,
  registerBot,
}

/** A command and its input, as plain data that can be sent to another thread. */
export type CommandRequest = {
  [Name in CommandName]: {
    readonly name: Name
    readonly input: CommandInput<Name>
    /** Present if the client may repeat the request. */
    readonly idempotencyKey?: IdempotencyKey | undefined
  }
}[CommandName]

export function runCommand(tx: Transaction, { name, input, idempotencyKey }: CommandRequest): unknown {
  const command = commands[name] as (tx: Transaction, commandInput: CommandRequest['input']) => unknown
  const run = (): unknown => command(tx, input)
  if (!idempotencyKey || !('caller' in input)) return run()
  const conversationId = 'conversationId' in input ? input.conversationId : undefined
  return runIdempotent(tx, { name, caller: input.caller, conversationId, idempotencyKey }, run)
}
