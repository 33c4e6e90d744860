import type { ApiError } from '../domain/api-error.ts'
import type { CommandInput, CommandName, CommandResult } from '../domain/commands.ts'
import type { IdempotencyKey } from '../domain/idempotency.ts'
import type { Queries } from '../domain/queries.ts'
import type { Change } from '../domain/records.ts'

/** Where everything is kept. SQLite stands behind it. */
export interface Storage {
  readonly queries: Queries

  /**
   * Runs a command in a transaction and resolves when it is durable. Commands given while others are being written share the
   * next transaction; each stands or falls alone.
   *
   * @param idempotencyKey - For a request that its caller may repeat: what it makes is made once.
   * @throws ApiError if the rules refuse it.
   */
  execute<Name extends CommandName>(
    name: Name,
    input: CommandInput<Name>,
    idempotencyKey?: IdempotencyKey,
  ): Promise<CommandResult<Name>>

  /** Is told of all that was committed, in that order, before the commands that did it resolve. */
  onCommit(listener: (effects: readonly Change[]) => void): void

  /**
   * The client's error for a failed read: `Unavailable` if the disk or the file has a temporary problem; undefined for
   * anything else.
   */
  toApiError(fault: unknown): ApiError | undefined

  /** Called once if the storage cannot write until it is reopened. All later commands are refused. */
  onFailure(listener: (error: Error) => void): void

  /** Writes what was given, then lets go of the file. */
  close(): Promise<void>

  /** Lets go of the file as a crash would: what was not committed is lost. For tests. */
  kill(): Promise<void>
}
