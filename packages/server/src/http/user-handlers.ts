import type { InferNamed } from '@parley/core/contract'
import { requireExistingUser } from '../domain/checks.ts'
import type { UserFields } from '../domain/user-commands.ts'
import { newId } from '../wire/ids.ts'
import { createdUserJson, responseJson, userJson } from '../wire/render.ts'
import { check } from '../wire/validation.ts'
import type { Handler } from './request-context.ts'

type FieldsBody = InferNamed<'UserFieldsBody'>

export const createUser: Handler<InferNamed<'CreateUserBody'>> = async ({ bot, body, storage }) => {
  const id = body.id ?? newId('user')
  const user = await storage.execute('createUser', { bot: bot.record, id, fields: pickFields(body) })
  return createdUserJson(user, await bot.keySigner.sign(user))
}

export const getOrCreateUser: Handler<FieldsBody> = async ({ caller, body, idempotencyKey, storage }) => {
  check('Id', caller.userId, { action: 'get or create the user', subject: 'the user id in the key' })
  return result(
    await storage.execute('getOrCreateUser', { caller, fields: pickFields(body) }, idempotencyKey),
  )
}

export const getUser: Handler = async ({ caller, storage }) =>
  result(requireExistingUser(await storage.queries.user(caller.bot, caller.userId), caller))

export const updateUser: Handler<FieldsBody> = async ({ caller, body, storage }) =>
  result(await storage.execute('updateUser', { caller, fields: pickFields(body) }))

export const deleteUser: Handler = async ({ caller, storage }) => {
  await storage.execute('deleteUser', { caller })
  return '{}'
}

function pickFields({ name, pictureUrl, profile }: FieldsBody): UserFields {
  return {
    ...(name === undefined ? {} : { name }),
    ...(pictureUrl === undefined ? {} : { pictureUrl }),
    ...(profile === undefined ? {} : { profile }),
  }
}

function result(user: Parameters<typeof userJson>[0]): string {
  return responseJson('user', userJson(user))
}
