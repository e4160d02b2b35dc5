/** Names of engines and devices, without what they load: for a configuration. */

/** In the order in which documentation lists them; the first is the default. */
export const engineNames = ['onnxruntime', 'tensorflow', 'tensorflow-gpu'] as const

/** What an engine's name is for, in the help of a command. */
export const engineHelp = 'engine that runs the network; those of TensorFlow need tfjs-node or tfjs-node-gpu'

/** Name of an engine. */
export type EngineName = (typeof engineNames)[number]

/** What the compiled graph runs on: ONNX Runtime's `cuda` on Linux x64, `dml` on Windows, `coreml` on macOS, `cpu` and `webgpu` anywhere; OpenVINO on the processor, where it is installed. */
export const devices = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'openvino'] as const

/** What a device's name is for, in the help of a command. */
export const deviceHelp =
  "where onnxruntime computes; webgpu takes any graphics adapter, cuda NVIDIA's libraries, openvino an installed OpenVINO"

/** Name of a device. */
export type Device = (typeof devices)[number]

/** Numbers that a function is computed in, between its float32 inputs and outputs. */
export const precisions = ['float32', 'float16', 'bfloat16'] as const

/** Name of a precision. */
export type Precision = (typeof precisions)[number]
