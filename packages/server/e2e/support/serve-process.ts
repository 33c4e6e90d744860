/**
 * Runs a server that tests can kill: `node serve-process.ts <database> <bot> <port>`.
 *
 * If `PARLEY_TEST_SLICES` is set, deletions pause after that number of slices.
 */
import { startServer } from '../../src/create-server.ts'
import { createCommitBarrier } from '../../src/testing/index.ts'
import { listenOnReusablePort } from '../../src/testing/listen-on-reusable-port.ts'
import { crashBots } from './crash-bots.ts'

const [data = '', botName, port] = process.argv.slice(2)
const bot = crashBots[botName ?? '']
const commitBarrier = createCommitBarrier()
const slices = process.env['PARLEY_TEST_SLICES']
if (slices !== undefined) commitBarrier.pauseDeletions(Number(slices))
const demo = { encryptionKey: 'the secret of a bot under test, for its keys', ...(bot ? { bot } : {}) }
const { chat } = await startServer({ data, bots: { demo } }, { commitBarrier })
const listen = (freePort: number) => chat.listen({ port: freePort })
const { origin } = await (port === '0' ? listenOnReusablePort(listen) : listen(Number(port)))
process.stdout.write(`${origin}/demo\n`)
process.once('SIGTERM', () => void chat.close())
