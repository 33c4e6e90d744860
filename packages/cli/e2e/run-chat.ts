import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { chat } from '../src/chat/chat.ts'
import { parseChatOptions } from '../src/chat/parse-chat-options.ts'
import { noTimeoutClock } from './no-timeout-clock.ts'
import { createTemporaryFolder } from './spawn-parley.ts'

/** Runs `parley chat` in this process, without input or terminal. Returns its output and exit code. */
export async function runChat(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  using folder = createTemporaryFolder()
  const options = parseChatOptions(args, { XDG_STATE_HOME: folder.path, ...env })
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const output = Promise.all([text(stdout), text(stderr)])
  const { signal } = new AbortController()
  const code = await chat(options, {
    stdin: Readable.from([]),
    stdout,
    stderr,
    signal,
    clock: noTimeoutClock,
  })
  stdout.end()
  stderr.end()
  const [out, errors] = await output
  return { code, stdout: out, stderr: errors }
}
