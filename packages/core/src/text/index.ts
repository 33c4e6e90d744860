/**
 * The readable text of messages, apart from the client, so that apps which do not need it do not load it.
 *
 * ```ts
 * import { textOf } from '@parley/core/text'
 *
 * textOf({ type: 'markdown', markdown: '**Hello**' }) // Hello
 * ```
 *
 * - `textOf`: for announcements, previews, notifications and terminals
 */
export { textOf } from './text-of.ts'
