/** Returns a link to a map. Undefined for invalid coordinates. */
export function getMapLink({
  latitude,
  longitude,
}: {
  latitude: number
  longitude: number
}): string | undefined {
  const isValid = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
  if (!isValid) return undefined
  const query = new URLSearchParams({ mlat: String(latitude), mlon: String(longitude) })
  return `https://www.openstreetmap.org/?${query}#map=15/${latitude}/${longitude}`
}
