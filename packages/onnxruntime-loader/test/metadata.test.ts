import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { onnxMetadata } from '../src/metadata.ts'

test('reads the properties that onnx.helper wrote', async () => {
  const model = await readFile(new URL('../../roi-detector/test/fixtures/yolov5/raw-4d-gray.onnx', import.meta.url))
  const metadata = onnxMetadata(model)
  expect([...metadata.keys()].sort()).toEqual(['anchors', 'imgsz', 'strides'])
  expect(metadata.get('imgsz')).toBe('96')
})

test('bytes that are no protobuf have no metadata and do no harm', () => {
  expect(onnxMetadata(Uint8Array.from({ length: 300 }, (_, i) => 255 - (i % 256))).size).toBe(0)
  expect(onnxMetadata(new Uint8Array(0)).size).toBe(0)
})
