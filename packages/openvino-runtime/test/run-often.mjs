// Runs a model 1,000 times, and opens it 20 times; ends with status 7 during a run.
import { readFileSync } from 'node:fs'
import { loadOpenVino } from '../dist/index.js'

const model = readFileSync(new URL('fixtures/network.onnx', import.meta.url))
const openVino = loadOpenVino()
const images = () => ({ type: 'float32', data: new Float32Array(64 * 30).fill(0.1), dims: [64, 1, 6, 5] })
const scale = { type: 'float32', data: Float32Array.of(1), dims: [] }

async function residentBytes() {
  await new Promise((resolve) => setTimeout(resolve, 50))
  globalThis.gc()
  return process.memoryUsage().rss
}

const session = await openVino.createSession(model, { threads: 1 })
let ticks = 0
const timer = setInterval(() => ticks++, 1)
for (let i = 0; i < 200; i++) await session.run({ images: images(), scale })
const beforeRuns = await residentBytes()
for (let i = 0; i < 1000; i++) await session.run({ images: images(), scale })
const growthOfRuns = (await residentBytes()) - beforeRuns
clearInterval(timer)

async function openOnce() {
  const another = await openVino.createSession(model, { threads: 1 })
  await another.run({ images: images(), scale })
  await another.release()
}
for (let i = 0; i < 5; i++) await openOnce()
const beforeSessions = await residentBytes()
for (let i = 0; i < 20; i++) await openOnce()
const growthOfSessions = (await residentBytes()) - beforeSessions
process.stdout.write(JSON.stringify({ growthOfRuns, growthOfSessions, ticks }))
void session.run({ images: images(), scale })
process.exit(7)
