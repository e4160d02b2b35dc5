/** Where ONNX Runtime lies: in the user's own onnxruntime-node, else in the package with the binaries of this platform. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { OnnxRuntimeLoaderError } from './onnxruntime-loader-error.ts'

/** The one version that is loaded: its native interface, which `loadNativeBinding` gives, is not stable between versions. */
export const onnxRuntimeVersion = '1.30.0'

/** Those for which this version of ONNX Runtime has binaries. */
const platforms = ['linux/x64', 'linux/arm64', 'darwin/arm64', 'win32/x64', 'win32/arm64']

/** Where ONNX Runtime was found. */
export interface OnnxRuntimeLocation {
  /** `onnxruntime-node`, or `@mammokit/onnxruntime-<platform>-<arch>`. */
  readonly packageName: string
  /** The package's folder. */
  readonly root: string
  /** The folder of the native libraries, where those of further execution providers belong. */
  readonly libraryFolder: string
}

/** Options of `locateOnnxRuntime`. */
export interface LocateOptions {
  /** A file's path or URL: packages are looked up from there, as `require` does. @default this package */
  readonly from?: string
  /** @default process.platform */
  readonly platform?: string
  /** @default process.arch */
  readonly arch?: string
}

/**
 * Finds ONNX Runtime without loading it. An onnxruntime-node of another version is passed over.
 *
 * @throws OnnxRuntimeLoaderError `bad-option`, `unsupported-platform`, `not-installed` with the command that installs it
 * @example
 * locateOnnxRuntime().packageName // '@mammokit/onnxruntime-linux-x64'
 */
export function locateOnnxRuntime(options: LocateOptions = {}): OnnxRuntimeLocation {
  assertNames(options)
  const { from = import.meta.url, platform = process.platform, arch = process.arch } = options
  const own = `@mammokit/onnxruntime-${platform}-${arch}`
  const require = createRequire(from)
  const passedOver: string[] = []
  for (const packageName of ['onnxruntime-node', own]) {
    const root = findPackage(require, packageName)
    if (root === undefined) continue
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    const libraryFolder = join(root, 'bin', 'napi-v6', platform, arch)
    const isComplete = existsSync(join(libraryFolder, 'onnxruntime_binding.node'))
    if (version === onnxRuntimeVersion && isComplete) return { packageName, root, libraryFolder }
    passedOver.push(`${packageName}@${version}${isComplete ? '' : ' without its binaries'}`)
  }
  if (!platforms.includes(`${platform}/${arch}`)) {
    throw new OnnxRuntimeLoaderError(
      'unsupported-platform',
      `Expected a platform with ONNX Runtime ${onnxRuntimeVersion} (${platforms.join(', ')}) but received ${platform}/${arch}. Run on one of those.`,
      { platform, arch },
    )
  }
  const found = passedOver.length === 0 ? 'none' : passedOver.join(' and ')
  throw new OnnxRuntimeLoaderError(
    'not-installed',
    `Expected ONNX Runtime ${onnxRuntimeVersion} for ${platform}/${arch} but received ${found}. Run "npm install ${own}@${onnxRuntimeVersion}".`,
    { platform, arch, passedOver },
  )
}

const optionNames = ['from', 'platform', 'arch']

function assertNames(options: object): void {
  const received = Object.keys(options).find((name) => !optionNames.includes(name))
  if (received === undefined) return
  throw new OnnxRuntimeLoaderError(
    'bad-option',
    `Expected ${optionNames.join(', ')} for the options but received ${received}. Correct the name.`,
    { expected: optionNames, received },
  )
}

function findPackage(require: NodeJS.Require, name: string): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`))
  } catch {
    return undefined
  }
}
