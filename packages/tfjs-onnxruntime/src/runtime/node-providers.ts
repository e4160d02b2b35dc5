/** What the providers of onnxruntime-node need beside its package. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { locateOnnxRuntime, type OnnxRuntimeLocation, onnxRuntimeVersion } from '@mammokit/onnxruntime-loader'
import { obstacleOfOpenVino } from './openvino.ts'

/** Libraries that onnxruntime-node's install script downloads, by provider: they are not in its package. */
const downloaded: Readonly<Record<string, readonly string[]>> = {
  cuda: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'],
  tensorrt: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_tensorrt.so'],
}

/** What a provider is known to lack, before it is tried. */
export function obstacleOf(
  executionProvider: string,
  { packageName, root, libraryFolder }: OnnxRuntimeLocation = locateOnnxRuntime(),
  platform: string = `${process.platform}/${process.arch}`,
): string | undefined {
  if (executionProvider === 'openvino') return obstacleOfOpenVino()
  const libraries = downloaded[executionProvider]
  if (libraries === undefined) return undefined
  if (platform !== 'linux/x64')
    return `onnxruntime-node 1.30 has ${executionProvider} on linux/x64 and this is ${platform}. Use 'webgpu' or 'cpu'`
  const missing = libraries.filter((library) => !existsSync(join(libraryFolder, library)))
  if (missing.length === 0) return undefined
  const names = missing.join(' and ')
  if (packageName !== 'onnxruntime-node')
    return `${names} are not part of ${packageName}. Run "npm install onnxruntime-node@${onnxRuntimeVersion}", whose install script downloads them`
  return (
    `${names} are missing in ${libraryFolder}: onnxruntime-node's install script downloads them and was skipped or could not. ` +
    `Run "node ${join(root, 'script/install.js')} --onnxruntime-node-install=cuda12", and again after each npm ci that skips it`
  )
}

/** Advice for a provider that was tried and failed. */
export function adviceFor(
  executionProvider: string,
  { libraryFolder }: Pick<OnnxRuntimeLocation, 'libraryFolder'> = locateOnnxRuntime(),
): string {
  if (executionProvider in downloaded) {
    const library = join(libraryFolder, downloaded[executionProvider][1])
    const fault = loadingFault(library)
    return `It needs an NVIDIA driver, CUDA 12 and cuDNN 9 where LD_LIBRARY_PATH leads: ${fault ? `the loader says "${fault}", and ` : ''}"ldd ${library} | grep 'not found'" names the libraries that are missing`
  }
  if (executionProvider === 'webgpu')
    return 'It needs a graphics adapter, on Linux libvulkan.so.1 and a Vulkan driver: "vulkaninfo --summary" names them'
  if (executionProvider === 'dml') return 'It needs a graphics adapter with DirectX 12'
  return "Use 'cpu' or 'webgpu'"
}

/** What the system's loader says of a library that it refuses, which ONNX Runtime writes to its log alone; undefined where it takes it. */
function loadingFault(library: string): string | undefined {
  if (!existsSync(library)) return undefined
  try {
    process.dlopen({ exports: {} }, library)
    return undefined
  } catch (error) {
    const { message } = error as Error
    // Node.js, of a library that is no addon and that the loader took.
    return /did not self-register/.test(message) ? undefined : message.split('\n', 1)[0]
  }
}
