/** What the providers of onnxruntime-node need beside its package. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Libraries that onnxruntime-node's install script downloads, by provider: they are not in its package. */
const downloaded: Readonly<Record<string, readonly string[]>> = {
  cuda: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'],
  tensorrt: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_tensorrt.so'],
}

/** What is known to be missing for a provider before it is tried. */
export function obstacleOf(
  executionProvider: string,
  root: string = packageRoot(),
  platform: string = `${process.platform}/${process.arch}`,
): string | undefined {
  const libraries = downloaded[executionProvider]
  if (libraries === undefined) return undefined
  if (platform !== 'linux/x64')
    return `onnxruntime-node 1.30 has ${executionProvider} on linux/x64 and this is ${platform}. Use 'webgpu' or 'cpu'`
  const folder = join(root, 'bin/napi-v6', platform)
  const missing = libraries.filter((library) => !existsSync(join(folder, library)))
  if (missing.length === 0) return undefined
  return (
    `${missing.join(' and ')} are missing in ${folder}: onnxruntime-node's install script downloads them and was skipped or could not. ` +
    `Run "node ${join(root, 'script/install.js')} --onnxruntime-node-install=cuda12", and remove onnxruntime-node-install=skip from .npmrc, with which npm ci would delete them again`
  )
}

/** What to do where a provider was tried and failed. */
export function adviceFor(executionProvider: string): string {
  if (executionProvider in downloaded) {
    const library = join(packageRoot(), 'bin/napi-v6/linux/x64', downloaded[executionProvider][1])
    return `It needs an NVIDIA driver, CUDA 12 and cuDNN 9 where LD_LIBRARY_PATH leads: "ldd ${library} | grep 'not found'" names the libraries that are missing`
  }
  if (executionProvider === 'webgpu')
    return 'It needs a graphics adapter, on Linux libvulkan.so.1 and a Vulkan driver: "vulkaninfo --summary" names them'
  return "Use 'cpu', 'webgpu' or 'cuda'"
}

function packageRoot(): string {
  return dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')))
}
