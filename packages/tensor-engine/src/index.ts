export { recompute } from '@mammokit/tfjs-onnxruntime'
export type { Device } from './compiled.ts'
export { type EngineOptions, openEngine } from './open-engine.ts'
export {
  type EngineName,
  engineNames,
  type PreparedFunction,
  type PrepareOptions,
  type TensorEngine,
  type TensorFunction,
} from './tensor-engine.ts'
export { TensorEngineError, type TensorEngineErrorCode } from './tensor-engine-error.ts'
