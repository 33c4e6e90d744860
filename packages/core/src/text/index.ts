/**
 * The plain text of messages. A separate entry point, so that only apps that need it load it.
 *
 * ```ts
 * import { textOf } from '@parley/core/text'
 *
 * textOf({ type: 'markdown', markdown: '**Hello**' }) // Hello
 * ```
 *
 * - `textOf`: for previews, notifications, screen readers and terminals
 */
export { textOf } from './text-of.ts'
