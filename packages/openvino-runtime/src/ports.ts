/** Inputs and outputs of a compiled model. */
import { type ElementType, elementTypeOf } from './element-type.ts'
import { type Handle, type OpenVinoApi, outParameter } from './open-vino-api.ts'
import { OpenVinoError } from './open-vino-error.ts'

/** An input or output: its name, and what its tensors are. */
export interface PortDescription {
  readonly name: string
  readonly type: ElementType
  /** `null` for a length that is open, and for the shape where the number of axes is. */
  readonly shape: readonly (number | null)[] | null
}

export interface Port extends PortDescription {
  readonly handle: Handle
}

/**
 * The inputs that the model uses, or its outputs.
 *
 * @param names as the file has them; without them OpenVINO's own are taken
 * @throws {OpenVinoError} `unsupported-type`
 */
export function readPorts(
  api: OpenVinoApi,
  model: Handle,
  kind: 'input' | 'output',
  names: readonly string[] = [],
): Port[] {
  const size = outParameter()
  api.call('not-a-model', `the number of ${kind}s`, `ov_compiled_model_${kind}s_size`, model, size)
  const count = Number(size[0])
  if (kind === 'input') {
    const named = names.flatMap((name) => findInput(api, model, name))
    if (named.length === count) return named
    for (const { handle } of named) api.free('ov_output_const_port_free', handle)
  }
  return Array.from({ length: count }, (_, index): Port => {
    const port = outParameter()
    api.call('not-a-model', `${kind} ${index}`, `ov_compiled_model_${kind}_by_index`, model, index, port)
    return describe(api, port[0]!, names.length === count ? names[index] : undefined)
  })
}

/** None where the model does not use it. */
function findInput(api: OpenVinoApi, model: Handle, name: string): Port[] {
  const port = outParameter()
  try {
    api.call('not-a-model', `the input ${name}`, 'ov_compiled_model_input_by_name', model, name, port)
  } catch (error) {
    if (error instanceof OpenVinoError) return []
    throw error
  }
  return [describe(api, port[0]!, name)]
}

function describe(api: OpenVinoApi, handle: Handle, given: string | undefined): Port {
  const name = given ?? anyName(api, handle)
  const type = new Int32Array(1)
  api.call('not-a-model', `the type of ${name}`, 'ov_port_get_element_type', handle, type)
  return { handle, name, type: elementTypeOf(type[0]!, name), shape: readShape(api, handle, name) }
}

function anyName(api: OpenVinoApi, handle: Handle): string {
  const text = outParameter()
  api.call('not-a-model', 'a name for each input and output', 'ov_port_get_any_name', handle, text)
  return api.takeText(text[0]!)
}

/** ov_partial_shape_t: the least and greatest rank, and the address of the least and greatest length of each axis. */
function readShape(api: OpenVinoApi, handle: Handle, name: string): (number | null)[] | null {
  const shape = new BigInt64Array(3)
  api.call('not-a-model', `the shape of ${name}`, 'ov_port_get_partial_shape', handle, shape)
  const [least, greatest, address] = shape
  const rank = least === greatest ? Number(least) : null
  const bounds = rank ? api.read(address!, 'int64_t', 2 * rank) : []
  api.free('ov_partial_shape_free', new Uint8Array(shape.buffer))
  if (rank === null) return null
  return Array.from({ length: rank }, (_, axis) =>
    bounds[2 * axis] === bounds[2 * axis + 1] ? Number(bounds[2 * axis]) : null,
  )
}

/** Shape of a port without open lengths. */
export function fixedShape({ shape }: PortDescription): readonly number[] | undefined {
  return shape?.every((length) => length !== null) ? (shape as number[]) : undefined
}

export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((size, length) => size * length, 1)
}
