/** The name of what an address leads to, without what would make it read as another. */
export function fileName(address: string | undefined): string | undefined {
  if (!address || !/^https?:/i.test(address)) return undefined
  const last = address
    .split(/[?#]/)[0]
    ?.replace(/^https?:\/\/[^/]*/i, '')
    .split('/')
    .at(-1)
  return last ? withoutDisguise(decode(last)) : undefined
}

/** Characters that turn the order of the others, so that `exe.txt` reads as `txt.exe`. */
export function withoutDisguise(name: string): string {
  return name.replaceAll(/[\u202A-\u202E\u2066-\u2069\u200E\u200F]/g, '')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
