/** Tensors in memory of JavaScript, as a run takes and returns them, and their checks. */
import { type ElementType, elementOf, type TensorData } from './element-type.ts'
import { OpenVinoError } from './open-vino-error.ts'
import { type Port, type PortDescription, sizeOf } from './ports.ts'

/** Numbers in row-major order, their type and their shape. ONNX Runtime's `Tensor` in host memory is one. */
export interface HostTensor {
  readonly type: ElementType
  readonly data: TensorData
  readonly dims: readonly number[]
}

/** What is passed to a run, by the names of inputs or outputs; `null` for an output asks for a new array. */
export type NamedTensors = Readonly<
  Record<string, { readonly type: string; readonly data: unknown; readonly dims: readonly number[] } | null>
>

/** @throws {OpenVinoError} `bad-input` naming an input or output that the model does not have */
export function checkTensorNames(given: object, ports: readonly Port[], kind: 'input' | 'output'): void {
  const names = ports.map(({ name }) => name)
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new OpenVinoError(
    'bad-input',
    `Expected one of ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', ...' : ''} for an ${kind} but received ${unknown}. Correct the name.`,
    { kind, received: unknown },
  )
}

/** @throws {OpenVinoError} `bad-input` where the tensor is missing, or its type, shape or number of elements is not the port's */
export function checkTensor(port: PortDescription, given: NamedTensors[string] | undefined): HostTensor {
  const { name, type, shape } = port
  const expected = `${type} [${shape?.map((length) => length ?? '?').join(', ') ?? '...'}]`
  const fail = (received: string): never => {
    throw new OpenVinoError(
      'bad-input',
      `Expected ${expected} for ${name} but received ${received}. Pass a tensor of that type and shape.`,
      {
        name,
        expected,
        received,
      },
    )
  }
  if (!given) return fail('none')
  const { data, dims } = given
  if (given.type !== type) return fail(`${given.type} [${dims.join(', ')}]`)
  if (!dims.every((length) => Number.isSafeInteger(length) && length >= 0)) return fail(`[${dims.join(', ')}]`)
  if (shape && !(shape.length === dims.length && shape.every((length, axis) => (length ?? dims[axis]) === dims[axis])))
    return fail(`[${dims.join(', ')}]`)
  const { array } = elementOf(type)
  if (!(data instanceof array)) return fail(`an array that is no ${array.name}`)
  if (!(data.buffer instanceof ArrayBuffer)) return fail('shared memory')
  if (data.length !== sizeOf(dims)) return fail(`${data.length} numbers for [${dims.join(', ')}]`)
  return { type, data, dims }
}

/** @throws {OpenVinoError} `bad-input` where an output would be written over an input, which is read until the end of the run */
export function checkOverlap(inputs: readonly HostTensor[], outputs: ReadonlyMap<Port, HostTensor>): void {
  if (outputs.size === 0) return
  const byBuffer = new Map<unknown, TensorData[]>()
  for (const { data } of inputs) byBuffer.set(data.buffer, [...(byBuffer.get(data.buffer) ?? []), data])
  for (const [{ name }, { data }] of outputs) {
    const others = byBuffer.get(data.buffer) ?? []
    if (!others.some((other) => overlap(other, data))) continue
    throw new OpenVinoError(
      'bad-input',
      `Expected an array for output ${name} that no input shares but received one that an input does. Pass another array, or null.`,
      { name },
    )
  }
}

function overlap(one: TensorData, other: TensorData): boolean {
  return one.byteOffset < other.byteOffset + other.byteLength && other.byteOffset < one.byteOffset + one.byteLength
}
