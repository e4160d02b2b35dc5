/**
 * Bundles the page into a folder that any web server can serve: the page, its scripts, and ONNX Runtime's WebAssembly.
 *
 * usage: node examples/browser/build.js FOLDER
 */
import { copyFile, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const require = createRequire(import.meta.url)

/** Without WebGPU, and with it; ONNX Runtime asks for one of the two. */
const runtimeFiles = ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.asyncify'].flatMap((name) => [
  `onnxruntime-web/${name}.mjs`,
  `onnxruntime-web/${name}.wasm`,
])

export async function buildPage(folder) {
  await mkdir(folder, { recursive: true })
  const bundle = await rolldown({
    input: fileURLToPath(new URL('./main.ts', import.meta.url)),
    platform: 'browser',
    // The last one: ONNX Runtime's own loader stays a file, which its threads load too.
    resolve: {
      conditionNames: ['@mammokit/source', 'browser', 'import', 'onnxruntime-web-use-extern-wasm', 'default'],
    },
    logLevel: 'silent',
  })
  const { output } = await bundle.write({ dir: folder, format: 'esm', minify: true, chunkFileNames: '[name].js' })
  await bundle.close()
  for (const file of runtimeFiles.map(require.resolve)) await copyFile(file, join(folder, basename(file)))
  await copyFile(new URL('./index.html', import.meta.url), join(folder, 'index.html'))
  return output
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage(process.argv[2])
