/** A compiled graph with its session: feeds in, results out, variables read and written where they are stored. */
import type * as tf from '@tensorflow/tfjs-core'
import type * as ort from 'onnxruntime-common'
import { EngineError } from '../errors.ts'
import { sameShape, sizeOf } from '../graph/graph.ts'
import type { InputSpec } from '../trace/input-spec.ts'
import type { Distribution } from '../trace/random.ts'
import { downloadTensors } from './download.ts'
import { type InputValue, toStorage } from './inputs.ts'
import { fillRandom } from './random-source.ts'
import { dropResident, keepResident, residentOf, storeResident } from './residents.ts'
import { keepsOnDevice, type OpenedSession } from './session.ts'
import { allocateStorage, ownsStorage, readStorage, type Storage, writeStorage } from './storage.ts'

/** One tensor that a compiled function returned. */
export interface OutputTensor {
  readonly data: Storage
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32' | 'bool'
}

/** What a session's inputs and outputs stand for. Results come out in the order of `results`. */
export interface Bindings {
  readonly inputs: readonly { readonly name: string; readonly spec: InputSpec; readonly place: string }[]
  readonly reads: readonly { readonly name: string; readonly variable: tf.Variable }[]
  readonly randoms: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly distribution: Distribution
  }[]
  readonly results: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[]
  /** `inPlace`: the graph reads the old value only before it writes the new one. */
  readonly writes: readonly { readonly name: string; readonly variable: tf.Variable; readonly inPlace: boolean }[]
}

type Feeds = Record<string, ort.Tensor>
type Fetches = Record<string, ort.Tensor | null>

export class Executable {
  /** Counts runs; random numbers are a function of it and of the seed. */
  step = 0
  private readonly bindings: Bindings
  private readonly opened: OpenedSession
  private readonly seed: number
  private readonly tensors = new WeakMap<Storage, ort.Tensor>()
  private readonly spares = new Map<string, Storage>()
  private readonly noise: readonly Float32Array[]
  private readonly isResident: boolean
  private queue: Promise<unknown> = Promise.resolve()
  private disposed = false

  constructor(bindings: Bindings, opened: OpenedSession, seed: number) {
    this.bindings = bindings
    this.opened = opened
    this.seed = seed
    this.isResident = keepsOnDevice(opened.executionProvider)
    this.noise = bindings.randoms.map(({ shape }) => new Float32Array(sizeOf(shape)))
  }

  /** Runs once; calls wait for the one before. Returns the function's results in order. */
  run(values: readonly InputValue[]): Promise<OutputTensor[]> {
    const result = this.queue.then(() => this.runNow(values))
    this.queue = result.catch(() => undefined)
    return result
  }

  /** Copies the variables that the graph assigns from the device to where tfjs stores them. */
  async download(): Promise<void> {
    await this.queue
    if (!this.isResident) return
    const resident = this.bindings.writes.flatMap(({ variable }) => {
      const tensor = variable.isDisposed ? undefined : residentOf(variable)
      return tensor === undefined ? [] : [{ variable, tensor }]
    })
    if (resident.length === 0) return
    const numbers = await downloadTensors(this.opened, resident)
    for (const [i, { variable }] of resident.entries()) storeResident(variable, numbers[i])
  }

  /** Waits for runs under way, then frees the session and its memory. */
  async dispose(): Promise<void> {
    if (this.disposed) return
    this.disposed = true
    // What this session left on the device goes with it.
    await this.download()
    if (this.isResident) for (const { variable } of this.bindings.writes) dropResident(variable)
    this.opened.session.endProfiling()
    await this.opened.session.release()
    this.spares.clear()
  }

  private async runNow(values: readonly InputValue[]): Promise<OutputTensor[]> {
    if (this.disposed)
      throw new EngineError(
        'disposed',
        'Expected a living compiled function but received a disposed one. Compile it again.',
      )
    const { results } = this.bindings
    const feeds = this.feedsOf(values)
    const fetches: Record<string, ort.Tensor | null> = {}
    for (const { name } of results) fetches[name] = null
    const fetched = this.isResident ? await this.runOnDevice(feeds, fetches) : await this.runInMemory(feeds, fetches)
    this.step++
    return results.map(({ name, shape, dtype }) => ({
      data: fetched[name].data as Storage,
      shape,
      dtype: dtype as OutputTensor['dtype'],
    }))
  }

  /** ONNX Runtime writes new values of variables into arrays that are theirs afterwards. */
  private async runInMemory(feeds: Feeds, fetches: Fetches): Promise<Feeds> {
    const { writes } = this.bindings
    const targets = writes.map((write) => this.targetOf(write))
    for (const [i, { name, variable }] of writes.entries())
      fetches[name] = this.wrap(targets[i], variable.dtype, variable.shape)
    const fetched = await this.opened.session.run(feeds, fetches as ort.InferenceSession.FetchesType)
    for (const [i, { name, variable }] of writes.entries()) this.keepSpare(name, writeStorage(variable, targets[i]))
    return fetched as Feeds
  }

  /** New values of variables stay on the device and are fed to the next run. */
  private async runOnDevice(feeds: Feeds, fetches: Fetches): Promise<Feeds> {
    const { writes } = this.bindings
    for (const { name } of writes) fetches[name] = null
    const fetched = (await this.opened.session.run(feeds, fetches as ort.InferenceSession.FetchesType)) as Feeds
    for (const { name, variable } of writes) keepResident(variable, fetched[name])
    return fetched
  }

  private feedsOf(values: readonly InputValue[]): Record<string, ort.Tensor> {
    const { inputs, reads, randoms } = this.bindings
    const feeds: Record<string, ort.Tensor> = {}
    for (const [i, { name, spec, place }] of inputs.entries())
      feeds[name] = this.wrap(toStorage(values[i], spec, place), spec.dtype ?? 'float32', spec.shape)
    for (const { name, variable } of reads)
      feeds[name] = residentOf(variable) ?? this.wrap(readStorage(variable), variable.dtype, variable.shape)
    for (const [i, { name, shape, distribution }] of randoms.entries()) {
      fillRandom(this.noise[i], distribution, this.seed, this.step, i)
      feeds[name] = this.wrap(this.noise[i], 'float32', shape)
    }
    return feeds
  }

  /** The array that ONNX Runtime writes a variable's new value to. */
  private targetOf({ name, variable, inPlace }: Bindings['writes'][number]): Storage {
    if (inPlace && ownsStorage(variable)) return readStorage(variable)
    return this.spares.get(name) ?? allocateStorage(variable.dtype, sizeOf(variable.shape))
  }

  private keepSpare(name: string, spare: Storage | undefined): void {
    if (spare === undefined) this.spares.delete(name)
    else this.spares.set(name, spare)
  }

  private wrap(data: Storage, dtype: string, shape: readonly number[]): ort.Tensor {
    const known = this.tensors.get(data)
    if (known !== undefined && known.type === dtype && sameShape(known.dims, shape)) return known
    const tensor = new this.opened.runtime.Tensor(dtype as 'float32', data as Float32Array, shape)
    this.tensors.set(data, tensor)
    return tensor
  }
}
