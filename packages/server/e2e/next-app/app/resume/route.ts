/** Continues the paused stream of the bot. */
export function POST(): Response {
  globalThis.resumeBot?.()
  return new Response(null, { status: 204 })
}
