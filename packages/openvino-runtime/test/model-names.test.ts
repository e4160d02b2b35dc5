import { expect, it } from 'vitest'
import { namesInModel } from '../src/model-names.ts'
import { readModel, readRuns } from './recorded.ts'

it.each(['network', 'whole-numbers'])('has the names of the recorded model %s in its order', (name) => {
  const [{ feeds, results }] = readRuns(name) as [ReturnType<typeof readRuns>[number]]
  const { inputs, outputs } = namesInModel(readModel(name))!
  expect(inputs).toEqual(Object.keys(feeds))
  expect(outputs).toEqual(Object.keys(results))
})

it('gives no names for bytes that are no ONNX file, and for one that is cut off anywhere no wrong ones', () => {
  expect(namesInModel(new TextEncoder().encode('<net name="an IR" version="11"></net>'))).toBeUndefined()
  expect(namesInModel(new Uint8Array(0))).toBeUndefined()
  const model = readModel('network')
  for (let length = 0; length < model.length; length += 7) {
    expect(namesInModel(model.subarray(0, length))?.outputs ?? []).toEqual([])
  }
})
