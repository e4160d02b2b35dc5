/** Programs modelled on tfjs-examples, unmodified on the backend of tfjs-onnxruntime, against tfjs's own backends. */
import '@tensorflow/tfjs-backend-wasm'
import { registerBackend } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs'
import type { Benchmark, Contender, MissingPeer } from './benchmark.ts'
import { densePrograms } from './programs/dense.ts'
import { imagePrograms } from './programs/images.ts'
import type { Program } from './programs/program.ts'
import { recurrentPrograms } from './programs/recurrent.ts'

const programs: readonly Program[] = [...densePrograms, ...recurrentPrograms, ...imagePrograms]
const rounds = 7
/** A backend whose first round takes longer is left out. */
const maxSeconds = 5

/** One benchmark for each program, or for those whose names contain one of the words. */
export async function programBenchmarks(words: readonly string[]): Promise<Benchmark[]> {
  tf.enableProdMode()
  await registerBackend()
  return programs
    .filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
    .map((program) => ({
      name: `programs: ${program.name}`,
      shape: 'one round of the program, warm; the first round is its cold start',
      rounds,
      ours: () => start(program, 'onnxruntime') as Promise<Contender>,
      peers: ['cpu', 'wasm'].map((backend) => () => start(program, backend)),
    }))
}

/** The program on a backend, or why that cannot run it. Its first round, cold, is timed here. */
async function start(program: Program, backend: string): Promise<Contender | MissingPeer> {
  const name = `tfjs ${backend}`
  await tf.setBackend(backend)
  const before = performance.now()
  const run = program.create()
  const round = async (): Promise<number> => {
    await tf.setBackend(backend)
    const begin = performance.now()
    await run()
    return (performance.now() - begin) / 1000
  }
  try {
    await round()
  } catch (error) {
    return { name, reason: (error as Error).message.split('\n', 1)[0] }
  }
  const seconds = (performance.now() - before) / 1000
  console.log(`  ${name}: cold start ${seconds.toFixed(3)} s`)
  if (seconds > maxSeconds && backend !== 'onnxruntime')
    return { name, reason: `one round takes ${seconds.toFixed(0)} s` }
  return { name: backend === 'onnxruntime' ? 'mammokit' : name, round, close: async () => undefined }
}
