/** Programs modelled on tfjs-examples, unmodified on the backend of tfjs-onnxruntime, against tfjs's own backends. */
import '@tensorflow/tfjs-backend-wasm'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { registerBackend } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs'
import { type Benchmark, type Contender, type MissingPeer, median } from './benchmark.ts'
import { programs } from './programs/all.ts'
import { type Metered, startMeter } from './programs/meter.ts'
import type { Program } from './programs/program.ts'

const rounds = 7
/** A backend whose first round takes longer is left out. */
const maxSeconds = 5
/** Rounds that warm a program up, unless they take too long: a graph gets its own session when it comes for the ninth time. */
const warmRounds = 12
/** Seconds that they last at least: V8 compiles what it has seen often. */
const warmSeconds = 2
/** A shorter round is repeated until it is as long, and its mean taken: one of 10 ms says little. */
const roundSeconds = 0.25

/** One benchmark for each program, or for those whose names contain one of the words. */
export async function programBenchmarks(words: readonly string[]): Promise<Benchmark[]> {
  tf.enableProdMode()
  await registerBackend()
  return programs
    .filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
    .map((program) => ({
      name: `programs: ${program.name}`,
      shape: 'one round of the program, warm',
      rounds,
      ours: () => start(program, 'onnxruntime') as Promise<Contender>,
      peers: ['cpu', 'wasm'].map((backend) => () => start(program, backend)),
    }))
}

/** The program on a backend, or why that cannot run it. What its cold start takes is printed. */
async function start(program: Program, backend: string): Promise<Contender | MissingPeer> {
  const name = `tfjs ${backend}`
  await tf.setBackend(backend)
  const run = program.create()
  const meter = startMeter()
  const processor: number[] = []
  let repeats = 1
  const round = async (): Promise<number> => {
    await tf.setBackend(backend)
    const elapsed = startMeter()
    for (let i = 0; i < repeats; i++) await run()
    const { clock, processor: used } = elapsed()
    processor.push(used / repeats)
    return clock / repeats
  }
  try {
    await round()
  } catch (error) {
    return { name, reason: (error as Error).message.split('\n', 1)[0] }
  }
  let last = meter().clock
  if (last > maxSeconds && backend !== 'onnxruntime') return { name, reason: `one round takes ${last.toFixed(0)} s` }
  console.log(`  ${name}: cold start ${coldStart(program.name, backend)}`)
  const warming = startMeter()
  for (let i = 0; (i < warmRounds || warming().clock < warmSeconds) && warming().clock < 2 * maxSeconds; i++)
    last = await round()
  repeats = Math.ceil(roundSeconds / last)
  processor.length = 0
  return {
    name: backend === 'onnxruntime' ? 'mammokit' : name,
    round,
    close: async () => console.log(`  ${name}: ${median(processor).toFixed(4)} s of the processor a round`),
  }
}

/** Medians of three processes. */
function coldStart(program: string, backend: string): string {
  const script = fileURLToPath(new URL('programs/cold-start.js', import.meta.url))
  const starts = Array.from({ length: 3 }, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, program, backend], { encoding: 'utf8' })
    if (status !== 0)
      throw new Error(`Expected a cold start of ${program} on ${backend} but it ended with ${status}: ${stderr}`)
    return JSON.parse(stdout) as Metered
  })
  const [clock, processor] = (['clock', 'processor'] as const).map((key) => median(starts.map((start) => start[key])))
  return `${clock.toFixed(3)} s by the clock, ${processor.toFixed(3)} s of the processor`
}
