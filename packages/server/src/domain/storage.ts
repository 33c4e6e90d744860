import type { ApiError } from '../wire/api-error.ts'
import type { CommandInput, CommandName, CommandResult, IdempotencyKey } from './commands.ts'
import type { Queries } from './queries.ts'
import type { Change } from './records.ts'

/**
 * The port that every storage implements: commands change data, queries read it.
 *
 * A storage runs each command with `runCommand` on its `Transaction`, so it contains no rules.
 */
export interface Storage {
  readonly queries: Queries

  /**
   * Runs a command in a transaction. Resolves when the result is durable. Concurrent commands share a transaction; each
   * succeeds or fails independently.
   *
   * @param idempotencyKey - Identifies a request that its client may repeat, so that it is processed once.
   * @throws ApiError if the rules reject the command, or the storage cannot be used.
   */
  execute<Name extends CommandName>(
    name: Name,
    input: CommandInput<Name>,
    idempotencyKey?: IdempotencyKey,
  ): Promise<CommandResult<Name>>

  /**
   * Calls the listener with the changes of each commit, in order, before the commands of that commit resolve. Replaces
   * the previous listener.
   */
  onCommit(listener: (changes: readonly Change[]) => void): void

  /** Converts an error of a query to `Unavailable` if the disk or file has a temporary problem. */
  toApiError(error: unknown): ApiError | undefined

  /** Calls the listener once if the storage cannot write until it is reopened. All later commands are rejected. */
  onFailure(listener: (error: Error) => void): void

  /** Processes pending commands, then closes the database. */
  close(): Promise<void>
}
