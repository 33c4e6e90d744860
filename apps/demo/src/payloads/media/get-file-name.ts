/** Returns the file name in a URL, without characters that change the text direction. */
export function getFileName(address: string | undefined): string | undefined {
  if (!address || !/^https?:/i.test(address)) return undefined
  const last = address
    .split(/[?#]/)[0]
    ?.replace(/^https?:\/\/[^/]*/i, '')
    .split('/')
    .at(-1)
  return last ? removeBidiControls(decode(last)) : undefined
}

/** Removes characters that reverse the order of others, so that `exe.txt` would read as `txt.exe`. */
export function removeBidiControls(name: string): string {
  return name.replaceAll(/[\u202A-\u202E\u2066-\u2069\u200E\u200F]/g, '')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
