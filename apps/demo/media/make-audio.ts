// Writes public/media/bells.wav: a ship's bell that strikes two pairs.
import { writeFileSync } from 'node:fs'

const sampleRate = 16_000
const seconds = 2.8
const strikeSeconds = [0, 0.3, 1, 1.3]
/** The overtones of a bell: frequency ratio, level and decay time. */
const partials = [
  { ratio: 1, level: 0.5, decaySeconds: 0.9 },
  { ratio: 2.01, level: 0.25, decaySeconds: 0.5 },
  { ratio: 2.76, level: 0.18, decaySeconds: 0.3 },
  { ratio: 5.4, level: 0.1, decaySeconds: 0.12 },
]

function bellLevel(at: number): number {
  if (at < 0) return 0
  return partials.reduce((sum, { ratio, level, decaySeconds }) => {
    return sum + level * Math.exp(-at / decaySeconds) * Math.sin(2 * Math.PI * 740 * ratio * at)
  }, 0)
}

const samples = Uint8Array.from({ length: sampleRate * seconds }, (_, index) => {
  const at = index / sampleRate
  const fadeOut = Math.min(1, (seconds - at) / 0.2)
  const level = strikeSeconds.reduce((sum, strike) => sum + bellLevel(at - strike), 0) * 0.7 * fadeOut
  return Math.round(128 + 127 * Math.max(-1, Math.min(1, level)))
})

/** Creates the header of a WAV file with 8-bit mono PCM. */
function createWavHeader(bytes: number): Uint8Array {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + bytes, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(sampleRate, 24)
  head.writeUInt32LE(sampleRate, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(bytes, 40)
  return head
}

const target = new URL('../public/media/bells.wav', import.meta.url)
writeFileSync(target, Buffer.concat([createWavHeader(samples.length), samples]))
