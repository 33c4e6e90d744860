/** A map of a place; undefined where there is no such place on Earth. */
export function mapLink({
  latitude,
  longitude,
}: {
  latitude: number
  longitude: number
}): string | undefined {
  const isPlace = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
  if (!isPlace) return undefined
  const place = new URLSearchParams({ mlat: String(latitude), mlon: String(longitude) })
  return `https://www.openstreetmap.org/?${place}#map=15/${latitude}/${longitude}`
}
