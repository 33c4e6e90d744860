import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { readChatOptions } from '../src/chat/chat-options.ts'
import { chat } from '../src/chat/chat.ts'
import { temporaryFolder } from './parley.ts'
import { patientClock } from './patient-clock.ts'

/** `parley chat` with nothing to say and no terminal, in this process: what it prints, and its exit code. */
export async function readChat(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  using folder = temporaryFolder()
  const options = readChatOptions(args, { XDG_STATE_HOME: folder.path, ...env })
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const printed = Promise.all([text(stdout), text(stderr)])
  const { signal } = new AbortController()
  const code = await chat(options, { stdin: Readable.from([]), stdout, stderr, signal, clock: patientClock })
  stdout.end()
  stderr.end()
  const [out, errors] = await printed
  return { code, stdout: out, stderr: errors }
}
