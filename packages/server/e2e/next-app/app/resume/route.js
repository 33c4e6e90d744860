/** Continues the paused stream of the bot. */
export function POST() {
  globalThis.resumeBot?.()
  return new Response(null, { status: 204 })
}
