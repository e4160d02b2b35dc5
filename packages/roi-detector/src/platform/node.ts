/** What differs between Node.js and a page, as Node.js has it: ONNX Runtime, and where the shipped model lies. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { loadOnnxRuntime } from '@mammokit/onnxruntime-loader'
import type { Tensor } from 'onnxruntime-common'
import type { Platform } from './platform.ts'

/** @throws OnnxRuntimeLoaderError */
export const loadRuntime: Platform['loadRuntime'] = async () => loadOnnxRuntime()

/** Reads a file. */
export const readModel: Platform['readModel'] = (path) => readFile(path)

/** The path of the model that this package ships. */
export const shippedModel: Platform['shippedModel'] = () =>
  fileURLToPath(new URL('../../models/breast-yolov5n.onnx', import.meta.url))

/** Not a Tensor: on Node 24 that would hold a Float16Array, which ONNX Runtime's Node binding takes for an array of no values. */
export const halfTensor: Platform['halfTensor'] = (_, data, dims) =>
  ({ type: 'float16', data, dims, location: 'cpu' }) as unknown as Tensor
