// Writes public/media/waves.mp4: a lighthouse above a moving sea, drawn on a canvas and recorded by Chromium.
import { writeFileSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { browserArguments, findChromium } from '../../../scripts/chromium.mjs'

async function record(): Promise<string> {
  const canvas = document.createElement('canvas')
  canvas.width = 480
  canvas.height = 270
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('unable to record; there is no canvas')
  const seconds = 5

  function wave(options: { y: number; height: number; speed: number; colour: string }, at: number): void {
    if (!pen) return
    pen.beginPath()
    pen.moveTo(0, 270)
    for (let x = 0; x <= 480; x += 8) {
      // A whole number of swings fits into the film, so that it can be looped.
      const swing = Math.sin((x / 480) * Math.PI * 4 + (at / seconds) * Math.PI * 2 * options.speed)
      pen.lineTo(x, options.y + swing * options.height)
    }
    pen.lineTo(480, 270)
    pen.fillStyle = options.colour
    pen.fill()
  }

  function draw(at: number): void {
    if (!pen) return
    const sky = pen.createLinearGradient(0, 0, 0, 200)
    sky.addColorStop(0, '#1d3b4f')
    sky.addColorStop(1, '#e8a87c')
    pen.fillStyle = sky
    pen.fillRect(0, 0, 480, 270)

    const turn = (at / seconds) * Math.PI * 2
    pen.fillStyle = `rgba(255, 240, 200, ${0.12 + 0.3 * Math.max(0, Math.cos(turn))})`
    pen.beginPath()
    pen.moveTo(360, 82)
    pen.lineTo(360 - 420 * Math.cos(turn), 40)
    pen.lineTo(360 - 420 * Math.cos(turn), 124)
    pen.fill()

    pen.fillStyle = '#faf3e6'
    pen.beginPath()
    pen.moveTo(350, 95)
    pen.lineTo(370, 95)
    pen.lineTo(378, 190)
    pen.lineTo(342, 190)
    pen.fill()
    pen.fillStyle = '#c65d3b'
    pen.fillRect(347, 118, 26, 16)
    pen.fillRect(344, 152, 32, 16)
    pen.fillStyle = '#ffe9a8'
    pen.fillRect(352, 76, 16, 14)
    pen.fillStyle = '#2b2f36'
    pen.fillRect(347, 90, 26, 5)
    pen.beginPath()
    pen.moveTo(348, 76)
    pen.lineTo(360, 62)
    pen.lineTo(372, 76)
    pen.fill()

    pen.fillStyle = '#27343c'
    pen.beginPath()
    pen.ellipse(372, 206, 96, 28, 0, 0, Math.PI * 2)
    pen.fill()
    wave({ y: 196, height: 5, speed: 1, colour: '#3f7278' }, at)
    wave({ y: 215, height: 7, speed: -1, colour: '#2c5a63' }, at)
    wave({ y: 238, height: 8, speed: 2, colour: '#1c424c' }, at)
  }

  draw(0)
  const recorder = new MediaRecorder(canvas.captureStream(24), {
    mimeType: 'video/mp4;codecs=avc1.42E01E',
    videoBitsPerSecond: 110_000,
  })
  const parts: Blob[] = []
  recorder.ondataavailable = ({ data }) => parts.push(data)
  const stopped = new Promise((resolve) => (recorder.onstop = resolve))
  recorder.start()

  const start = performance.now()
  await new Promise<void>((resolve) => {
    function next(): void {
      const at = (performance.now() - start) / 1000
      draw(Math.min(at, seconds))
      if (at < seconds) requestAnimationFrame(next)
      else resolve()
    }
    next()
  })
  recorder.stop()
  await stopped

  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer())
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: browserArguments() })
const page = await browser.newPage()
writeFileSync(
  new URL('../public/media/waves.mp4', import.meta.url),
  Buffer.from(await page.evaluate(record), 'base64'),
)
await browser.close()
