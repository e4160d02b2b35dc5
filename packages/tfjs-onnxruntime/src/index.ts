export { type BackendOptions, registerBackend } from './backend/register-backend.ts'
export { type Compiled, type CompileOptions, compile, type Inputs, type Outputs } from './compile.ts'
export { EngineError, type EngineErrorCode } from './errors.ts'
export { type Adam, type AdamOptions, type AdamState, type AdamStep, createAdam } from './ops/adam.ts'
export { type BatchNormTrainingResult, batchNormTraining } from './ops/batch-norm-training.ts'
export { groupedConv2d, type Padding, type Strides } from './ops/grouped-conv2d.ts'
export {
  createLossScaler,
  type LossScaler,
  type LossScalerOptions,
  type LossScalerState,
  type UnscaledGradients,
} from './ops/loss-scaler.ts'
export { recompute } from './ops/recompute.ts'
export type { OutputTensor } from './run/executable.ts'
export type { InputValue } from './run/inputs.ts'
export type { Runtime } from './runtime/runtime.ts'
export { type ApplicableModel, type OnnxInputSpec, type ToOnnxOptions, toOnnx } from './to-onnx.ts'
export type { InputSpec, InputSpecs } from './trace/input-spec.ts'
