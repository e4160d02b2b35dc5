export { recompute } from '@mammokit/tfjs-onnxruntime'
export { type Device, devices, type EngineName, engineNames, type Precision, precisions } from './names.ts'
export { type EngineOptions, openEngine } from './open-engine.ts'
export type {
  PreparedFunction,
  PrepareOptions,
  TensorEngine,
  TensorFunction,
} from './tensor-engine.ts'
export { TensorEngineError, type TensorEngineErrorCode } from './tensor-engine-error.ts'
