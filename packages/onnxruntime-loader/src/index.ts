export type { InferenceSession, Tensor } from 'onnxruntime-common'
export {
  loadNativeBinding,
  loadOnnxRuntime,
  type NativeBinding,
  type NativeSession,
  type OnnxRuntime,
} from './load-onnx-runtime.ts'
export {
  type LocateOptions,
  locateOnnxRuntime,
  type OnnxRuntimeLocation,
  onnxRuntimeVersion,
} from './locate-onnx-runtime.ts'
export { OnnxRuntimeLoaderError, type OnnxRuntimeLoaderErrorCode } from './onnxruntime-loader-error.ts'
