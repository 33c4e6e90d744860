// Writes public/media/waves.mp4: a lighthouse and a moving sea, drawn on a canvas and recorded by Chromium.
import { writeFileSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { browserArguments, findChromium } from '../../../scripts/chromium.mjs'

async function record(): Promise<string> {
  const canvas = document.createElement('canvas')
  canvas.width = 480
  canvas.height = 270
  const context = canvas.getContext('2d')
  if (!context) throw new Error('Unable to record the video; the browser has no 2D canvas.')
  const seconds = 5

  function wave(options: { y: number; height: number; speed: number; color: string }, at: number): void {
    if (!context) return
    context.beginPath()
    context.moveTo(0, 270)
    for (let x = 0; x <= 480; x += 8) {
      // The video contains a whole number of periods, so that it loops without a jump.
      const swing = Math.sin((x / 480) * Math.PI * 4 + (at / seconds) * Math.PI * 2 * options.speed)
      context.lineTo(x, options.y + swing * options.height)
    }
    context.lineTo(480, 270)
    context.fillStyle = options.color
    context.fill()
  }

  function draw(at: number): void {
    if (!context) return
    const sky = context.createLinearGradient(0, 0, 0, 200)
    sky.addColorStop(0, '#1d3b4f')
    sky.addColorStop(1, '#e8a87c')
    context.fillStyle = sky
    context.fillRect(0, 0, 480, 270)

    const turn = (at / seconds) * Math.PI * 2
    context.fillStyle = `rgba(255, 240, 200, ${0.12 + 0.3 * Math.max(0, Math.cos(turn))})`
    context.beginPath()
    context.moveTo(360, 82)
    context.lineTo(360 - 420 * Math.cos(turn), 40)
    context.lineTo(360 - 420 * Math.cos(turn), 124)
    context.fill()

    context.fillStyle = '#faf3e6'
    context.beginPath()
    context.moveTo(350, 95)
    context.lineTo(370, 95)
    context.lineTo(378, 190)
    context.lineTo(342, 190)
    context.fill()
    context.fillStyle = '#c65d3b'
    context.fillRect(347, 118, 26, 16)
    context.fillRect(344, 152, 32, 16)
    context.fillStyle = '#ffe9a8'
    context.fillRect(352, 76, 16, 14)
    context.fillStyle = '#2b2f36'
    context.fillRect(347, 90, 26, 5)
    context.beginPath()
    context.moveTo(348, 76)
    context.lineTo(360, 62)
    context.lineTo(372, 76)
    context.fill()

    context.fillStyle = '#27343c'
    context.beginPath()
    context.ellipse(372, 206, 96, 28, 0, 0, Math.PI * 2)
    context.fill()
    wave({ y: 196, height: 5, speed: 1, color: '#3f7278' }, at)
    wave({ y: 215, height: 7, speed: -1, color: '#2c5a63' }, at)
    wave({ y: 238, height: 8, speed: 2, color: '#1c424c' }, at)
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
