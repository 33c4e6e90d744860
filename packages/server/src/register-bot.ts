import { schemas } from '@parley/core/contract'
import type { BotRecord } from './domain/records.ts'
import type { BotContext } from './http/bot-context.ts'
import { createUserKeySigner } from './http/user-key-signer.ts'
import type { Logger } from './logger.ts'
import type { SecretFile } from './secrets.ts'
import type { BotOptions } from './server-options.ts'
import type { Storage } from './storage/storage.ts'
import { check } from './wire/validation.ts'

const maxIdLength = 70

/**
 * Makes one bot of the options known to the storage, and gives it its keys.
 *
 * @throws Error that names the bot and what is wrong with it.
 */
export async function registerBot(
  webhookId: string,
  options: BotOptions,
  { storage, secrets, now }: { storage: Storage; secrets: SecretFile; now: () => number },
): Promise<BotContext> {
  const definition = options.bot ?? {}
  const { name, pictureUrl, id = createDefaultId(webhookId) } = definition
  const failed = `Unable to start the bot ${webhookId}`
  if (!/^[\w.~-]+$/.test(webhookId))
    throw new Error(`${failed}; its webhook id may hold letters, digits and _ . ~ - only.`)
  if (webhookId === '.' || webhookId === '..')
    throw new Error(`${failed}; HTTP clients remove this webhook id from URL paths. Choose another.`)
  if (options.auth === 'personal' && options.encryptionKey === undefined)
    throw new Error(
      `${failed}; in personal mode you sign the keys, so it needs an encryptionKey. ${howToCreate}`,
    )
  if (options.encryptionKey !== undefined) requireLongSecret(options.encryptionKey, failed)
  if (!new RegExp(schemas.Id.pattern).test(id))
    throw new Error(
      `${failed}; its id ${JSON.stringify(id)} must be 1 to 70 letters, digits, or characters of _ - \\ /.`,
    )

  const given = {
    ...(name === undefined ? {} : { name }),
    ...(pictureUrl === undefined ? {} : { pictureUrl }),
  }
  const fields = JSON.stringify(check('UserFieldsBody', given, { failed }))
  const record = await storage.execute('registerBot', { webhookId, userId: id, fieldsJson: fields })
  const secret =
    options.encryptionKey ??
    secrets.find(webhookId) ??
    (await createSecret(record, webhookId, { storage, secrets }))
  const keys = createUserKeySigner({ secret, webhookId, now })
  return { webhookId, record, definition, keySigner: keys, auth: options.auth ?? 'shared' }
}

const minSecretBytes = 32
const howToCreate =
  'Make one with: openssl rand -base64 32, or: node -p "crypto.randomBytes(32).toString(\'base64\')".'

/** HS256 requires at least 256 bits (RFC 7518, 3.2): a short secret can be brute-forced from any key. */
function requireLongSecret(secret: string, failed: string): void {
  const bytes = Buffer.byteLength(secret)
  if (bytes >= minSecretBytes) return
  throw new Error(
    `${failed}; its encryption key has ${bytes} bytes; at least ${minSecretBytes} are required. ` +
      `${howToCreate} Users then need new keys.`,
  )
}

/** Warns about bots with a shared secret: a backend that signs keys for one of them can sign keys for the others. */
export function warnAboutSharedSecrets(bots: Iterable<BotContext>, logger: Logger): void {
  const byKeyId = Map.groupBy(bots, ({ keySigner: keys }) => keys.keyId)
  for (const sharing of byKeyId.values()) {
    if (sharing.length === 1) continue
    const webhookIds = sharing.map(({ webhookId }) => webhookId)
    logger.warn(
      { webhookIds },
      'bots share an encryption key, so an operator of one can be any user of the others',
    )
  }
}

/** A secret is generated on the first start only: later, a new one would silently replace every returning visitor. */
async function createSecret(
  bot: BotRecord,
  webhookId: string,
  { storage, secrets }: { storage: Storage; secrets: SecretFile },
): Promise<string> {
  if (!(await storage.queries.hasUsers(bot))) return secrets.create(webhookId)
  throw new Error(
    `Unable to start the bot ${webhookId}; the database has users, but the secret that signs their keys is missing. ` +
      `Restore ${secrets.path ?? 'it'} from the backup that the database is from, or set encryptionKey ` +
      '(PARLEY_ENCRYPTION_KEY of parley serve) to the old secret. A new secret invalidates the keys of all users: ' +
      'make one with openssl rand -base64 32, and set it.',
  )
}

/** A webhook id may hold what an id may not, and be longer. */
function createDefaultId(webhookId: string): string {
  return `bot_${webhookId.replaceAll(/[.~]/g, '_')}`.slice(0, maxIdLength)
}
