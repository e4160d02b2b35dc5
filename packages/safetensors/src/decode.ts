import { byteLength, dtypes, isDtype, type SafetensorsDtype, type SafetensorsTensor } from './dtypes.ts'
import { SafetensorsError } from './safetensors-error.ts'

declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string }

/** What a safetensors file holds; the arrays are copies. */
export interface SafetensorsFile {
  readonly tensors: Map<string, SafetensorsTensor>
  readonly metadata: Readonly<Record<string, string>>
}

interface Entry {
  readonly name: string
  readonly dtype: SafetensorsDtype
  readonly shape: readonly number[]
  readonly start: number
  readonly end: number
}

/** The cap of the reference implementation: a file of a gigabyte has a header of some tens of kilobytes. */
const maxHeaderSize = 100_000_000

/**
 * Tensors and metadata of a safetensors file. Every number of the header is checked before it is used: tensors lie
 * one after another from the header's end to the file's, without gap, overlap or rest.
 *
 * @throws {SafetensorsError} for a file that is cut short, or whose header lies.
 * @example
 * decodeSafetensors(await readFile('model.safetensors')).tensors.get('conv1.weight')?.shape // [64, 1, 7, 7]
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes)
  const { __metadata__: metadata = {}, ...tensors } = header
  const entries = Object.entries(tensors).map(([name, value]) => readEntry(name, value))
  assertGapless(entries, bytes.length - dataStart)
  return {
    metadata: readMetadata(metadata),
    tensors: new Map(
      entries.map(({ name, dtype, shape, start, end }) => {
        // The constructor copies into a buffer of its own, so its start is aligned for any data type.
        const { buffer } = new Uint8Array(bytes.subarray(dataStart + start, dataStart + end))
        return [name, { dtype, shape, data: new dtypes[dtype].array(buffer) } as SafetensorsTensor]
      }),
    ),
  }
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < 8) {
    const message = `Expected at least 8 bytes for a safetensors file but received ${bytes.length}. The file is cut short.`
    throw new SafetensorsError('truncated', message, { size: bytes.length })
  }
  const size = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  if (size > BigInt(maxHeaderSize)) {
    const message = `Expected at most ${maxHeaderSize} bytes for the header but received ${size}. This is no safetensors file.`
    throw new SafetensorsError('header-too-large', message, { size })
  }
  const dataStart = 8 + Number(size)
  if (dataStart > bytes.length) {
    const message = `Expected ${dataStart} bytes up to the header's end but received ${bytes.length}. The file is cut short.`
    throw new SafetensorsError('truncated', message, { expected: dataStart, size: bytes.length })
  }
  const header = parse(bytes.subarray(8, dataStart))
  if (!isRecord(header)) {
    const message = 'Expected a JSON object for the header but received another value. This is no safetensors file.'
    throw new SafetensorsError('header-invalid', message)
  }
  return { header, dataStart }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    const message = `Expected JSON in UTF-8 for the header but received: ${(cause as Error).message}. This is no safetensors file.`
    throw new SafetensorsError('header-invalid', message)
  }
}

function readMetadata(metadata: unknown): Record<string, string> {
  if (isRecord(metadata) && Object.values(metadata).every((value) => typeof value === 'string')) {
    return metadata as Record<string, string>
  }
  throw new SafetensorsError('metadata-invalid', 'Expected text by name for __metadata__ but received another value.')
}

function readEntry(name: string, value: unknown): Entry {
  if (!isRecord(value)) {
    throw new SafetensorsError('header-invalid', `Expected an object for tensor ${name} but received another value.`)
  }
  const { dtype, shape, data_offsets: offsets } = value
  if (!isDtype(dtype)) {
    const shown = JSON.stringify(dtype)
    const message = `Expected one of ${Object.keys(dtypes).join(', ')} for the dtype of ${name} but received ${shown}.`
    throw new SafetensorsError('dtype-unsupported', message, { name, dtype })
  }
  const size = byteLength(dtype, shape)
  if (size === undefined) {
    const message = `Expected whole numbers >= 0 for the shape of ${name} but received ${JSON.stringify(shape)}.`
    throw new SafetensorsError('shape-invalid', message, { name, shape })
  }
  const [start, end] = Array.isArray(offsets) && offsets.length === 2 ? offsets : []
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end - start !== size) {
    const message = `Expected data_offsets ${size} bytes apart for ${name}, ${dtype} ${JSON.stringify(shape)}, but received ${JSON.stringify(offsets)}.`
    throw new SafetensorsError('offsets-invalid', message, { name, dtype, shape, offsets })
  }
  return { name, dtype, shape: shape as number[], start, end }
}

function assertGapless(entries: readonly Entry[], available: number): void {
  let position = 0
  for (const { name, start, end } of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== position) {
      const message = `Expected tensor ${name} to start at byte ${position} of the data but received ${start}. Tensors must not overlap or leave gaps.`
      throw new SafetensorsError('offsets-invalid', message, { name, expected: position, received: start })
    }
    position = end
  }
  if (position !== available) {
    const advice = position > available ? 'The file is cut short.' : 'Bytes follow the last tensor.'
    const message = `Expected ${position} bytes of data but received ${available}. ${advice}`
    throw new SafetensorsError('truncated', message, { expected: position, received: available })
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
