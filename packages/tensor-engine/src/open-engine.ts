/** Opens an engine by its name and makes its tfjs backend the current one. */
import { batchNormTraining, groupedConv2d } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers' // registers the gradients, which tfjs-core leaves out in Node
import { assertDevice, prepareCompiled } from './compiled.ts'
import { prepareEager } from './eager.ts'
import { type Device, devices, type EngineName, engineNames, type Precision } from './names.ts'
import { loadPeer } from './peers.ts'
import type { PrepareOptions, TensorEngine } from './tensor-engine.ts'
import { TensorEngineError } from './tensor-engine-error.ts'

/** Options of an engine. */
export interface EngineOptions {
  /** Threads of one operator, >= 1; TensorFlow chooses its own. @default the machine's cores */
  readonly threads?: number
  /** Where the engine onnxruntime computes. @default 'cpu' */
  readonly device?: Device
}

/**
 * Opens an engine and makes its tfjs backend the current one: `onnxruntime` compiles a function, the other two run it eagerly.
 *
 * @throws {TensorEngineError} `engine-missing` or `engine-broken` where the package that it needs does not load, `node-unsupported`,
 * `device-unavailable`, `bad-option`
 * @example
 * const engine = await openEngine('onnxruntime', { threads: 2 })
 * const double = await engine.prepare((x) => [tf.mul(x, 2)], [[3]])
 * await double.run(Float32Array.of(1, 2, 3)) // [Float32Array [2, 4, 6]]
 */
export async function openEngine(name: EngineName, options: EngineOptions = {}): Promise<TensorEngine> {
  assertOptions(name, options)
  const { threads, device = 'cpu' } = options
  const ops = { groupedConv2d, batchNormTraining }
  tf.enableProdMode() // without it tfjs prints advice
  if (name === 'onnxruntime') {
    await tf.setBackend('cpu') // variables live there; a compiled function reads and writes them
    if (device !== 'cpu') await assertDevice(device)
    return {
      name,
      ops: { ...ops, maxPool: tf.maxPool<tf.Tensor4D> },
      prepare: async (fn, shapes, options = {}) => {
        assertPrepareOptions(name, device, options)
        const { freezeVariables = false, seed, precision = 'float32' } = options
        return prepareCompiled(fn, shapes, { threads, device, freezeVariables, seed, precision })
      },
    }
  }
  await loadPeer(name)
  return {
    name,
    ops,
    prepare: async (fn, shapes, options = {}) => {
      assertPrepareOptions(name, device, options)
      return prepareEager(fn, shapes)
    },
  }
}

/** @throws {TensorEngineError} `bad-option` naming an option that does not exist */
function assertNames(options: object, names: readonly string[], where: string): void {
  const received = Object.keys(options).find((name) => !names.includes(name))
  if (received === undefined) return
  throw new TensorEngineError(
    'bad-option',
    `Expected ${names.slice(0, -1).join(', ')} or ${names.at(-1)} for an option of ${where} but received ${received}. Correct the name.`,
    { expected: names, received },
  )
}

function assertPrepareOptions(name: EngineName, device: Device, options: PrepareOptions): void {
  assertNames(options, ['freezeVariables', 'seed', 'precision'], 'prepare')
  const { precision = 'float32' } = options
  const half: Precision = device === 'openvino' ? 'bfloat16' : 'float16'
  const expected: readonly Precision[] = name === 'onnxruntime' ? ['float32', half] : ['float32']
  if (expected.includes(precision)) return
  throw new TensorEngineError(
    'bad-option',
    `Expected ${expected.join(' or ')} for the precision of the engine ${name}${name === 'onnxruntime' ? ` on ${device}` : ''} but received ${precision}.`,
    { option: 'precision', expected, received: precision },
  )
}

function assertOptions(name: EngineName, options: EngineOptions): void {
  assertNames(options, ['threads', 'device'], 'openEngine')
  const { threads, device = 'cpu' } = options
  const bad = (option: string, expected: string, received: unknown) =>
    new TensorEngineError('bad-option', `Expected ${expected} for ${option} but received ${String(received)}.`, {
      option,
      expected,
      received,
    })
  if (!engineNames.includes(name)) throw bad('the engine', `one of ${engineNames.join(', ')}`, name)
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    throw bad('threads', 'a whole number of at least 1', threads)
  if (!devices.includes(device)) throw bad('device', `one of ${devices.join(', ')}`, device)
  if (name !== 'onnxruntime' && device !== 'cpu') throw bad('device', `cpu with the engine ${name}`, device)
}
