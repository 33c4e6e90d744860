import { signUserKey } from '@parley/core/keys'
import { Hono } from 'hono'
import { getSignedCookie, setSignedCookie } from 'hono/cookie'

interface BackendOptions {
  /** The secret of the bot, which the chat server has as well. */
  encryptionKey: string
  /** The secret of your own sessions. */
  cookieSecret: string
  now?: () => number
}

export function createBackend(options: BackendOptions): Hono {
  const { encryptionKey, cookieSecret, now = Date.now } = options
  const app = new Hono()

  // Stands for your own login. It must check who the user is.
  app.post('/login', async (context) => {
    const { userId } = await context.req.json<{ userId: string }>()
    await setSignedCookie(context, 'session', userId, cookieSecret, {
      httpOnly: true,
      sameSite: 'Strict',
    })
    return context.body(null, 204)
  })

  // #region key
  app.post('/chat-key', async (context) => {
    const userId = await getSignedCookie(context, cookieSecret, 'session')
    if (!userId) return context.text('Log in first.', 401)
    const userKey = await signUserKey({
      userId, // the id of the session, never one that the page sends
      encryptionKey,
      expiresInSeconds: 3600,
      now,
    })
    return context.json({ userKey })
  })
  // #endregion
  return app
}
