/** Models and results that tools/golden/record-openvino-models.py recorded. */
import { readFileSync } from 'node:fs'
import { type ElementType, elementOf, type TensorData } from '../src/element-type.ts'
import type { HostTensor } from '../src/index.ts'

interface RecordedTensor {
  readonly type: ElementType
  readonly dims: readonly number[]
  readonly data: readonly number[]
}

interface RecordedRun {
  readonly feeds: Readonly<Record<string, RecordedTensor>>
  readonly results: Readonly<Record<string, RecordedTensor>>
}

export function readModel(name: string): Uint8Array {
  return readFileSync(new URL(`fixtures/${name}.onnx`, import.meta.url))
}

export function readRuns(
  name: string,
): { readonly feeds: Record<string, HostTensor>; readonly results: Record<string, HostTensor> }[] {
  const runs: RecordedRun[] = JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'))
  return runs.map(({ feeds, results }) => ({ feeds: tensorsOf(feeds), results: tensorsOf(results) }))
}

function tensorsOf(recorded: Readonly<Record<string, RecordedTensor>>): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(recorded).map(([name, { type, dims, data }]) => [name, { type, dims, data: arrayOf(type, data) }]),
  )
}

function arrayOf(type: ElementType, numbers: readonly number[]): TensorData {
  const { array } = elementOf(type)
  const data = new array(numbers.length)
  for (const [i, value] of numbers.entries()) data[i] = (type === 'int64' ? BigInt(value) : value) as never
  return data
}
