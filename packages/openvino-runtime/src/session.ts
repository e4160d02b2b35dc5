/** A model that OpenVINO compiled, run on arrays of JavaScript without copies. */
import { elementOf } from './element-type.ts'
import { checkOverlap, checkTensor, checkTensorNames, type HostTensor, type NamedTensors } from './host-tensor.ts'
import { type ModelNames, namesInModel } from './model-names.ts'
import { type Handle, type OpenVinoApi, outParameter } from './open-vino-api.ts'
import { OpenVinoError } from './open-vino-error.ts'
import { fixedShape, type Port, type PortDescription, readPorts, sizeOf } from './ports.ts'
import { type Processor, type Properties, propertiesOf, type SessionOptions } from './session-options.ts'

/** A compiled model. */
export interface OpenVinoSession {
  readonly inputs: readonly PortDescription[]
  readonly outputs: readonly PortDescription[]
  /**
   * Runs the model once, on threads of OpenVINO: the process goes on meanwhile. Calls wait for earlier ones of the session.
   *
   * @param feeds a tensor for each input, whose array must not change until the promise settles
   * @param fetches the outputs to return: the tensor whose array OpenVINO is to write, or `null` for a new one. @default all, in new arrays
   * @throws {OpenVinoError} `bad-input`, `failed-run`, `released`
   */
  run<Name extends string = string>(
    feeds: NamedTensors,
    fetches?: Readonly<Record<Name, NamedTensors[string]>>,
  ): Promise<Record<Name, HostTensor>>
  /** Waits for the runs, and frees the memory of the model. */
  release(): Promise<void>
}

/** @throws {OpenVinoError} `not-a-model`, `unsupported-precision`, `unsupported-type`, `bad-option` */
export async function createSession(
  api: OpenVinoApi,
  processor: Processor,
  model: Uint8Array,
  options: SessionOptions,
): Promise<OpenVinoSession> {
  const compiled = await compile(api, model, propertiesOf(options, processor))
  try {
    return openSession(api, compiled, namesInModel(model))
  } catch (error) {
    await api.freeAsync('ov_compiled_model_free', compiled)
    throw error
  }
}

/** With a core of its own, whose properties no other session sees. */
async function compile(api: OpenVinoApi, bytes: Uint8Array, properties: Properties): Promise<Handle> {
  const what = 'an ONNX model that OpenVINO supports'
  const [core, model, compiled] = [outParameter(), outParameter(), outParameter()]
  api.call('not-a-model', 'OpenVINO to start', 'ov_core_create', core)
  try {
    for (const [name, value] of Object.entries(properties))
      api.call('bad-option', `${value} for ${name}`, 'ov_core_set_property', core[0], 'CPU', 'str', name, 'str', value)
    const read = 'ov_core_read_model_from_memory_buffer'
    await api.callAsync('not-a-model', what, read, core[0], bytes, bytes.byteLength, null, model)
    await api.callAsync('not-a-model', what, 'ov_core_compile_model', core[0], model[0], 'CPU', 0, compiled)
    return compiled[0]!
  } finally {
    if (model[0] !== 0n) await api.freeAsync('ov_model_free', model[0]!)
    api.free('ov_core_free', core[0]!)
  }
}

function openSession(api: OpenVinoApi, compiled: Handle, names: ModelNames | undefined): OpenVinoSession {
  const inputs = readPorts(api, compiled, 'input', names?.inputs)
  const outputs = readPorts(api, compiled, 'output', names?.outputs)
  const created = outParameter()
  api.call('not-a-model', 'a request of the model', 'ov_compiled_model_create_infer_request', compiled, created)
  const request = created[0]!
  /** The tensors that the request reads and writes: they keep the memory alive that it knows by address. */
  const bound = new Map<Port, HostTensor>()
  let queue: Promise<unknown> = Promise.resolve()
  let isReleased = false

  function enqueue<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = queue.then(work)
    queue = result.catch(() => undefined)
    return result
  }

  async function runNow(feeds: NamedTensors, fetches: NamedTensors): Promise<Record<string, HostTensor>> {
    const given = new Map(inputs.map((port) => [port, checkTensor(port, feeds[port.name])]))
    const targets = new Map(outputs.flatMap((port) => targetOf(port, fetches)))
    checkOverlap([...given.values()], targets)
    for (const [port, tensor] of given) bind(port, tensor)
    for (const [port, tensor] of targets) bind(port, tensor)
    api.call('failed-run', 'the run to start', 'ov_infer_request_start_async', request)
    await api.callAsync('failed-run', 'the run to succeed', 'ov_infer_request_wait', request)
    const wanted = outputs.filter(({ name }) => name in fetches)
    return Object.fromEntries(
      wanted.map((port) => [port.name, targets.get(port) ?? readOutput(port, fetches[port.name])]),
    )
  }

  /** The tensor that the request is to write, where its shape is known before the run. */
  function targetOf(port: Port, fetches: NamedTensors): [Port, HostTensor][] {
    const { name, type } = port
    const fetched = fetches[name]
    const dims = fixedShape(port)
    if (dims === undefined) return []
    if (fetched) return [[port, checkTensor(port, fetched)]]
    // An output that is not asked for goes where the last one did, unless that was returned.
    const isUnused = fetched === undefined
    if (isUnused && !bound.has(port)) return []
    return [[port, { type, dims, data: new (elementOf(type).array)(sizeOf(dims)) }]]
  }

  /** Lets the request read or write the memory of an array. */
  function bind(port: Port, tensor: HostTensor): void {
    const { data, dims, type } = tensor
    const before = bound.get(port)
    if (before?.data === data && sameDims(before.dims, dims)) return
    const handle = outParameter()
    const shape = { rank: dims.length, dims: BigInt64Array.from(dims, BigInt) }
    const { code } = elementOf(type)
    // There is no memory to point to where there are no elements.
    if (data.length === 0) api.call('bad-input', `a tensor for ${port.name}`, 'ov_tensor_create', code, shape, handle)
    else api.call('bad-input', `a tensor for ${port.name}`, 'ov_tensor_create_from_host_ptr', code, shape, data, handle)
    try {
      const set = 'ov_infer_request_set_tensor_by_const_port'
      api.call('bad-input', `a tensor for ${port.name}`, set, request, port.handle, handle[0])
      bound.set(port, tensor)
    } finally {
      // The request shares it.
      api.free('ov_tensor_free', handle[0]!)
    }
  }

  /** Copies an output whose shape the run determined. */
  function readOutput(port: Port, into: NamedTensors[string] | undefined): HostTensor {
    const { name, type } = port
    const tensor = outParameter()
    api.call(
      'failed-run',
      `a value of ${name}`,
      'ov_infer_request_get_tensor_by_const_port',
      request,
      port.handle,
      tensor,
    )
    try {
      const dims = readDims(api, tensor[0]!)
      const data = new (elementOf(type).array)(sizeOf(dims))
      if (data.length > 0) {
        const address = outParameter()
        api.call('failed-run', `the values of ${name}`, 'ov_tensor_data', tensor[0], address)
        const bytes = api.read(address[0]!, 'uint8_t', data.byteLength) as Uint8Array
        new Uint8Array(data.buffer as ArrayBuffer).set(bytes)
      }
      if (!into) return { type, data, dims }
      const target = checkTensor({ name, type, shape: dims }, into)
      target.data.set(data as never)
      return target
    } finally {
      api.free('ov_tensor_free', tensor[0]!)
    }
  }

  return {
    inputs: inputs.map(describe),
    outputs: outputs.map(describe),
    async run(feeds, fetches = Object.fromEntries(outputs.map(({ name }) => [name, null])) as never) {
      checkTensorNames(feeds, inputs, 'input')
      checkTensorNames(fetches, outputs, 'output')
      if (isReleased) throw released()
      return enqueue(() => runNow(feeds, fetches)) as never
    },
    async release() {
      if (isReleased) return
      isReleased = true
      await queue
      for (const { handle } of [...inputs, ...outputs]) api.free('ov_output_const_port_free', handle)
      await api.freeAsync('ov_infer_request_free', request)
      await api.freeAsync('ov_compiled_model_free', compiled)
      bound.clear()
    },
  }
}

function describe({ name, type, shape }: Port): PortDescription {
  return { name, type, shape }
}

function readDims(api: OpenVinoApi, tensor: Handle): number[] {
  // ov_shape_t: the rank, and the address of the lengths.
  const shape = new BigInt64Array(2)
  api.call('failed-run', 'the shape of an output', 'ov_tensor_get_shape', tensor, shape)
  const rank = Number(shape[0])
  const dims = rank === 0 ? [] : Array.from(api.read(shape[1]!, 'int64_t', rank), Number)
  api.call('failed-run', 'the shape of an output', 'ov_shape_free', new Uint8Array(shape.buffer))
  return dims
}

function sameDims(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((length, axis) => length === other[axis])
}

function released(): OpenVinoError {
  return new OpenVinoError('released', 'Expected an open session but received one that was released. Create it again.')
}
