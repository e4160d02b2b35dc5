/** What differs between Node.js and a page, as a page has it: onnxruntime-web, and the model as an asset of the bundle. */
import { RoiError } from '../roi-error.ts'
import type { Platform } from './platform.ts'

/** @throws RoiError `runtime-missing` where onnxruntime-web, an optional peer, is not installed */
export const loadRuntime: Platform['loadRuntime'] = async () => {
  try {
    return await import('onnxruntime-web/wasm')
  } catch (cause) {
    throw new RoiError(
      'runtime-missing',
      'Expected onnxruntime-web in the page but received none. Install onnxruntime-web@1.30.0 beside this package.',
      { cause },
    )
  }
}

/** Fetches a URL. @throws RoiError `model-unreadable` where the answer is an error */
export const readModel: Platform['readModel'] = async (url) => {
  const response = await fetch(url)
  if (!response.ok) {
    const { status } = response
    throw new RoiError(
      'model-unreadable',
      `Expected an ONNX model at ${url} but received status ${status}. Check the URL.`,
      { model: url, status },
    )
  }
  return new Uint8Array(await response.arrayBuffer())
}

/** The URL of the model that this package ships. */
export const shippedModel: Platform['shippedModel'] = () =>
  new URL('../../models/breast-yolov5n.onnx', import.meta.url).href

export const halfTensor: Platform['halfTensor'] = (Tensor, bits, shape) => new Tensor('float16', bits, shape)
