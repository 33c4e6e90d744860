import type { ApiError } from '../domain/api-error.ts'
import type { CommandInput, CommandName, CommandResult } from '../domain/commands.ts'
import type { IdempotencyKey } from '../domain/idempotency.ts'
import type { Queries } from '../domain/queries.ts'
import type { Change } from '../domain/records.ts'

/** Stores all data of the server. Implemented with SQLite. */
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

  /** Closes the database like a crash: uncommitted changes are lost. For tests. */
  kill(): Promise<void>
}
