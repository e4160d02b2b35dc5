import { byteLength, dtypes, isDtype, type SafetensorsTensor } from './dtypes.ts'
import { SafetensorsError } from './safetensors-error.ts'

declare const TextEncoder: new () => { encode(text: string): Uint8Array }

/**
 * A safetensors file of `tensors`, laid out as the Rust and Python implementation lays it out: widest data type first,
 * then by name, the header padded with spaces to a multiple of 8 bytes.
 *
 * @throws {SafetensorsError} for a tensor whose shape and data do not agree, or metadata that is no text.
 * @example
 * encodeSafetensors(new Map([['x', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }]]), { epoch: '1' })
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const header: [string, unknown][] = []
  if (metadata) header.push(['__metadata__', checkMetadata(metadata)])
  const order = Object.keys(dtypes)
  const entries = [...tensors].map(([name, tensor]) => ({ name, tensor, size: checkTensor(name, tensor) }))
  entries.sort((a, b) => order.indexOf(a.tensor.dtype) - order.indexOf(b.tensor.dtype) || (a.name < b.name ? -1 : 1))
  let end = 0
  const placed = entries.map(({ name, tensor, size }) => {
    const start = end
    end += size
    header.push([name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [start, end] }])
    return { start, data: tensor.data }
  })
  const text = new TextEncoder().encode(toJson(header))
  const headerSize = Math.ceil(text.length / 8) * 8
  const file = new Uint8Array(8 + headerSize + end)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerSize), true)
  file.fill(0x20, 8, 8 + headerSize).set(text, 8)
  for (const { start, data } of placed) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 8 + headerSize + start)
  }
  return file
}

/** An object literal by hand: in a JavaScript object a tensor named `__proto__` or `1` would not keep its place. */
function toJson(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`
}

function checkMetadata(metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value === 'string') continue
    const message = `Expected text for metadata ${key} but received ${typeof value}. Turn it into text first.`
    throw new SafetensorsError('metadata-invalid', message, { key, value })
  }
  return metadata
}

function checkTensor(name: string, { dtype, shape, data }: SafetensorsTensor): number {
  if (name === '__metadata__') {
    const message =
      'Expected another name for a tensor but received __metadata__. The format keeps that one for itself.'
    throw new SafetensorsError('header-invalid', message, { name })
  }
  if (!isDtype(dtype)) {
    const message = `Expected one of ${Object.keys(dtypes).join(', ')} for the dtype of ${name} but received ${dtype}.`
    throw new SafetensorsError('dtype-unsupported', message, { name, dtype })
  }
  const size = byteLength(dtype, shape)
  if (size === undefined) {
    const message = `Expected whole numbers >= 0 for the shape of ${name} but received ${JSON.stringify(shape)}.`
    throw new SafetensorsError('shape-invalid', message, { name, shape })
  }
  if (!(data instanceof dtypes[dtype].array) || data.byteLength !== size) {
    const expected = `${dtypes[dtype].array.name} of ${size / dtypes[dtype].bytes} values`
    const received = `${(data as { constructor?: { name: string } })?.constructor?.name} of ${data?.length} values`
    const message = `Expected ${expected} for ${name}, ${dtype} [${shape.join(', ')}], but received ${received}.`
    throw new SafetensorsError('data-invalid', message, { name, dtype, shape })
  }
  return size
}
