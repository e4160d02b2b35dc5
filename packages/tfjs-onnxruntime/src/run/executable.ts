/** A compiled graph with its session: feeds in, results out, variables read and written where they are stored. */
import type * as ort from 'onnxruntime-common'
import { EngineError, failedRun } from '../errors.ts'
import { sizeOf } from '../graph/graph.ts'
import { allocateStorage, type Storage } from '../memory/storage.ts'
import type { HostUpdate } from '../plan/host-updates.ts'
import type { InputSpec } from '../trace/input-spec.ts'
import type { Distribution } from '../trace/random.ts'
import { DeviceVariables } from './device-variables.ts'
import { batchOf, type InputValue, toStorage } from './inputs.ts'
import { MemoryVariables, type WrittenVariable } from './memory-variables.ts'
import { fillRandom } from './random-source.ts'
import { keepsOnDevice, type OpenedSession } from './session.ts'
import { TensorWrapper } from './tensor-wrapper.ts'
import { UpdatedVariables } from './updated-variables.ts'
import type { Feeds, Fetches, NamedVariable, VariableStore } from './variable-store.ts'

/** One tensor that a compiled function returned. */
export interface OutputTensor {
  readonly data: Storage
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32' | 'bool'
}

/** What a session's inputs and outputs represent. Results come out in the order of `results`. */
export interface Bindings {
  readonly inputs: readonly { readonly name: string; readonly spec: InputSpec; readonly place: string }[]
  readonly reads: readonly NamedVariable[]
  readonly randoms: readonly {
    readonly name: string
    /** Its shape at a batch size. */
    shapeAt(batch: number): readonly number[]
    readonly dtype: string
    readonly distribution: Distribution
  }[]
  /** A shape with an open batch size has negative lengths. */
  readonly results: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[]
  readonly writes: readonly WrittenVariable[]
  /** What the host computes after each run, from outputs by their names. */
  readonly updates: readonly HostUpdate<string>[]
}

/**
 * Queue of work on sessions and variables: executables share variables, and a session reads its feeds after the call
 * that passes them.
 */
let queue: Promise<unknown> = Promise.resolve()

function enqueue<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = queue.then(work)
  queue = result.catch(() => undefined)
  return result
}

type ShapedStorage = ReturnType<typeof toStorage>

export class Executable {
  /** Number of runs; random numbers are a function of it and the seed. */
  step = 0
  private readonly bindings: Bindings
  private readonly opened: OpenedSession
  private readonly seed: number
  private readonly wrapper: TensorWrapper
  private readonly variables: VariableStore
  private readonly updated: UpdatedVariables
  /** The last random numbers, whose memory the next run uses again if the batch has the same size. */
  private noise: readonly Storage[] = []
  private disposed = false

  constructor(bindings: Bindings, opened: OpenedSession, seed: number) {
    this.bindings = bindings
    this.opened = opened
    this.seed = seed
    const { reads, writes } = bindings
    this.wrapper = new TensorWrapper(opened.runtime)
    this.variables = keepsOnDevice(opened.executionProvider)
      ? new DeviceVariables(opened, reads, writes)
      : new MemoryVariables(opened.runtime, reads, writes)
    this.updated = new UpdatedVariables(bindings.updates)
  }

  /** Runs once; calls wait for earlier ones, including those of other executables. Returns the function's results in order. */
  async run(values: readonly InputValue[]): Promise<OutputTensor[]> {
    if (this.disposed)
      throw new EngineError(
        'disposed',
        'Expected a compiled function but received one that was disposed. Compile it again.',
      )
    // Read now: tensors may be disposed before this run's turn.
    const inputs = this.bindings.inputs.map(({ spec, place }, i) => toStorage(values[i], spec, place))
    const specs = this.bindings.inputs.map(({ spec }) => spec)
    const batch = batchOf(
      specs,
      inputs.map(({ shape }) => shape),
    )
    return enqueue(() => this.runNow(inputs, batch))
  }

  /** Copies the variables that the graph assigns from the device to where tfjs stores them. */
  download(): Promise<void> {
    return enqueue(() => this.variables.download())
  }

  /** Waits for earlier runs, then frees the session and its memory. */
  async dispose(): Promise<void> {
    if (this.disposed) return
    this.disposed = true
    await enqueue(async () => {
      await this.variables.dispose()
      this.opened.session.endProfiling()
      await this.opened.session.release()
    })
  }

  private async runNow(inputs: readonly ShapedStorage[], batch: number): Promise<OutputTensor[]> {
    const { results } = this.bindings
    const feeds = this.feedsOf(inputs, batch)
    const fetches: Fetches = {}
    for (const { name } of results) fetches[name] = null
    await this.variables.prepare(feeds, fetches)
    await this.updated.prepare(fetches)
    const fetched = await this.compute(feeds, fetches)
    this.variables.store(fetched)
    this.updated.apply(fetched)
    this.step++
    return results.map(({ name, shape, dtype }) => ({
      data: fetched[name].data as Storage,
      shape: shape.every((length) => length >= 0) ? shape : fetched[name].dims,
      dtype: dtype as OutputTensor['dtype'],
    }))
  }

  private async compute(feeds: Feeds, fetches: Fetches): Promise<Feeds> {
    try {
      return (await this.opened.session.run(feeds, fetches as ort.InferenceSession.FetchesType)) as Feeds
    } catch (cause) {
      throw failedRun(cause)
    }
  }

  private feedsOf(given: readonly ShapedStorage[], batch: number): Feeds {
    const { inputs, randoms } = this.bindings
    const feeds: Feeds = {}
    for (const [i, { name, spec }] of inputs.entries())
      feeds[name] = this.wrapper.wrap(given[i].data, spec.dtype ?? 'float32', given[i].shape)
    this.noise = randoms.map(({ shapeAt, dtype }, i) => {
      const size = sizeOf(shapeAt(batch))
      return this.noise[i]?.length === size ? this.noise[i] : allocateStorage(dtype, size)
    })
    for (const [i, { name, shapeAt, dtype, distribution }] of randoms.entries()) {
      fillRandom(this.noise[i], distribution, this.seed, this.step, i)
      feeds[name] = this.wrapper.wrap(this.noise[i], dtype, shapeAt(batch))
    }
    return feeds
  }
}
