// Writes public/media/bells.wav: a ship's bell, struck twice two times, as for five o'clock.
import { writeFileSync } from 'node:fs'

const sampleRate = 16_000
const seconds = 2.8
const strikesAtSeconds = [0, 0.3, 1, 1.3]
/** What a bell's tone is made of: how high above the first, how loud, how long it rings. */
const partials = [
  { ratio: 1, level: 0.5, ringSeconds: 0.9 },
  { ratio: 2.01, level: 0.25, ringSeconds: 0.5 },
  { ratio: 2.76, level: 0.18, ringSeconds: 0.3 },
  { ratio: 5.4, level: 0.1, ringSeconds: 0.12 },
]

function bell(at: number): number {
  if (at < 0) return 0
  return partials.reduce((sum, { ratio, level, ringSeconds }) => {
    return sum + level * Math.exp(-at / ringSeconds) * Math.sin(2 * Math.PI * 740 * ratio * at)
  }, 0)
}

const samples = Uint8Array.from({ length: sampleRate * seconds }, (_, index) => {
  const at = index / sampleRate
  const fadeOut = Math.min(1, (seconds - at) / 0.2)
  const level = strikesAtSeconds.reduce((sum, strike) => sum + bell(at - strike), 0) * 0.7 * fadeOut
  return Math.round(128 + 127 * Math.max(-1, Math.min(1, level)))
})

/** The head of a WAV file with 8-bit mono PCM. */
function formatWavHeader(bytes: number): Uint8Array {
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
writeFileSync(target, Buffer.concat([formatWavHeader(samples.length), samples]))
