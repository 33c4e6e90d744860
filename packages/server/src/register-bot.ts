import { schemas } from '@parley/core/contract'
import type { BotRecord } from './domain/records.ts'
import type { Storage } from './domain/storage.ts'
import { createUserKeySigner, type BotContext } from './http/authentication.ts'
import type { Logger } from './logger.ts'
import type { SecretFile } from './secrets.ts'
import type { BotOptions } from './server-options.ts'
import { userFieldsJson } from './wire/render.ts'
import { check } from './wire/validation.ts'

const maxIdLength = 70

/**
 * Validates the options of a bot, registers it in the storage, and loads or creates the secret of its user keys.
 *
 * @throws Error that names the bot and its invalid option.
 */
export async function registerBot(
  webhookId: string,
  options: BotOptions,
  { storage, secrets, now }: { storage: Storage; secrets: SecretFile; now: () => number },
): Promise<BotContext> {
  const definition = options.bot ?? {}
  const { name, pictureUrl, id = createDefaultId(webhookId) } = definition
  const action = `start the bot "${webhookId}"`
  if (webhookId === '') throw new Error(`Unable to ${action}; its webhook id is empty. Choose another one.`)
  if (!/^[\w.~-]+$/.test(webhookId))
    throw new Error(
      `Unable to ${action}; its webhook id has characters other than letters, digits and _ . ~ -. Choose another one.`,
    )
  if (webhookId === '.' || webhookId === '..')
    throw new Error(
      `Unable to ${action}; HTTP clients remove this webhook id from URL paths. Choose another one.`,
    )
  if (options.auth === 'personal' && options.encryptionKey === undefined)
    throw new Error(
      `Unable to ${action}; encryptionKey is missing, and personal mode requires it. ${howToCreate}`,
    )
  if (options.encryptionKey !== undefined) assertSecretLength(options.encryptionKey, action)
  if (!new RegExp(schemas.Id.pattern).test(id))
    throw new Error(
      `Unable to ${action}; its id ${JSON.stringify(id)} is invalid. ` +
        'Use 1 to 70 letters, digits, or the characters _ - \\ /.',
    )

  const profile = {
    ...(name === undefined ? {} : { name }),
    ...(pictureUrl === undefined ? {} : { pictureUrl }),
  }
  const fieldsJson = userFieldsJson(check('UserFieldsBody', profile, { action, subject: 'its profile' }))
  const record = await storage.execute('registerBot', { webhookId, userId: id, fieldsJson })
  const secret =
    options.encryptionKey ??
    secrets.find(webhookId) ??
    (await createSecret(record, webhookId, { storage, secrets }))
  const keySigner = createUserKeySigner({ secret, webhookId, now })
  return { webhookId, record, definition, keySigner, auth: options.auth ?? 'shared' }
}

const minSecretBytes = 32
const howToCreate =
  'Create one with: openssl rand -base64 32, or: node -p "crypto.randomBytes(32).toString(\'base64\')".'

/** HS256 requires at least 256 bits (RFC 7518, 3.2): a short secret can be brute-forced from any user key. */
function assertSecretLength(secret: string, action: string): void {
  const bytes = Buffer.byteLength(secret)
  if (bytes >= minSecretBytes) return
  throw new Error(
    `Unable to ${action}; its encryptionKey has ${bytes} bytes, and at least ${minSecretBytes} are required. ` +
      `${howToCreate} Users then need new keys.`,
  )
}

/** Warns about bots with the same secret: a backend that signs keys for one of them can sign keys for the others. */
export function warnAboutSharedSecrets(bots: Iterable<BotContext>, logger: Logger): void {
  const byKeyId = Map.groupBy(bots, ({ keySigner }) => keySigner.keyId)
  for (const sharing of byKeyId.values()) {
    if (sharing.length === 1) continue
    const webhookIds = sharing.map(({ webhookId }) => webhookId)
    logger.warn(
      { webhookIds },
      'bots share an encryptionKey, so an operator of one can impersonate any user of the others; use different keys',
    )
  }
}

/** Creates a secret at the first start only: later, a new secret would invalidate the keys of all users. */
async function createSecret(
  bot: BotRecord,
  webhookId: string,
  { storage, secrets }: { storage: Storage; secrets: SecretFile },
): Promise<string> {
  if (!(await storage.queries.hasUsers(bot))) return secrets.create(webhookId)
  throw new Error(
    `Unable to start the bot "${webhookId}"; the database has users, but the secret of their keys is missing. ` +
      `Restore ${secrets.path ?? 'it'} from the same backup as the database, or set encryptionKey ` +
      '(PARLEY_ENCRYPTION_KEY of parley serve) to the old secret. If it is lost, create a new one with ' +
      'openssl rand -base64 32 and set it: all users then need new keys.',
  )
}

/** Webhook ids may be longer than ids, and have more characters. */
function createDefaultId(webhookId: string): string {
  return `bot_${webhookId.replaceAll(/[.~]/g, '_')}`.slice(0, maxIdLength)
}
