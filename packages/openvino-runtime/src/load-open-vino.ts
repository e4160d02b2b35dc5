/** Finds and loads OpenVINO: the library that the user installed, as a Python wheel or a package of the system. */
import { loadKoffi } from './koffi.ts'
import { libraryFiles } from './library-files.ts'
import { bindApi, type Handle, type OpenVinoApi, outParameter } from './open-vino-api.ts'
import { OpenVinoError } from './open-vino-error.ts'
import { createSession, type OpenVinoSession } from './session.ts'
import { type Precision, precisions, type SessionOptions } from './session-options.ts'

/** Where OpenVINO is looked for. */
export interface OpenVinoOptions {
  /**
   * The C library, or the folder of it, of the wheel or of the unpacked archive.
   * @default MAMMOKIT_OPENVINO of the environment, else the names by which the system's loader finds it
   */
  readonly library?: string | undefined
}

/** OpenVINO, loaded. */
export interface OpenVino {
  /** File that was loaded. */
  readonly file: string
  /** Such as 2026.4.1. */
  readonly version: string
  /** The processor, as OpenVINO names it. */
  readonly processor: string
  /** Those that the processor computes natively. */
  readonly precisions: readonly Precision[]
  /**
   * Compiles the bytes of an ONNX model for the processor.
   *
   * @throws {OpenVinoError} `not-a-model`, `unsupported-precision`, `unsupported-type`, `bad-option`
   */
  createSession(model: Uint8Array, options?: SessionOptions): Promise<OpenVinoSession>
}

/** The first release whose codes of element types are those of element-type.ts. */
const firstYear = 2025

const loaded = new Map<string, OpenVino>()

/**
 * Loads OpenVINO; the second and later calls return the same one.
 *
 * @throws {OpenVinoError} `koffi-missing`, `library-missing` with how it is installed, `unsupported-version`, `stack-too-small`, `bad-option`
 * @example
 * const session = await loadOpenVino().createSession(await readFile('model.onnx'))
 * const { logits } = await session.run({ images: { type: 'float32', data, dims: [1, 1024, 512, 1] } })
 */
export function loadOpenVino(options: OpenVinoOptions = {}): OpenVino {
  const unknown = Object.keys(options).find((name) => name !== 'library')
  if (unknown !== undefined)
    throw new OpenVinoError('bad-option', `Expected library for an option but received ${unknown}. Correct the name.`, {
      received: unknown,
    })
  const named = options.library ?? process.env.MAMMOKIT_OPENVINO
  const key = named ?? ''
  const known = loaded.get(key) ?? open(named)
  loaded.set(key, known)
  return known
}

function open(named: string | undefined): OpenVino {
  const koffi = loadKoffi()
  const files = libraryFiles(named, process.platform)
  const reasons: string[] = []
  for (const file of files) {
    try {
      return describe(bindApi(koffi, koffi.load(file)), file)
    } catch (error) {
      if (error instanceof OpenVinoError) throw error
      reasons.push((error as Error).message)
    }
  }
  const place = named ?? `${files[0]} and its versions of 2025 and 2026, by the system's loader`
  throw new OpenVinoError(
    'library-missing',
    `Expected OpenVINO's C library at ${place} but received: ${reasons[0]}. Run "pip install openvino" and set MAMMOKIT_OPENVINO to the folder openvino/libs in its site-packages, or install the package of the system.`,
    { files, reasons },
  )
}

function describe(api: OpenVinoApi, file: string): OpenVino {
  const build = readVersion(api)
  const version = build.split('-')[0]!
  if (!(Number.parseInt(version, 10) >= firstYear))
    throw new OpenVinoError(
      'unsupported-version',
      `Expected OpenVINO ${firstYear} or later in ${file} but received ${build}. Install a newer one: pip install --upgrade openvino.`,
      { file, received: build },
    )
  const handle = outParameter()
  api.call('library-missing', 'OpenVINO to start', 'ov_core_create', handle)
  const core = handle[0]!
  const capabilities = readProperty(api, core, 'OPTIMIZATION_CAPABILITIES').split(/\s+/)
  const processor = readProperty(api, core, 'FULL_DEVICE_NAME').trim()
  const own = {
    file,
    version,
    processor,
    precisions: precisions.filter((each) => each === 'float32' || capabilities.includes('BF16')),
  }
  return { ...own, createSession: (model, options = {}) => createSession(api, own, model, options) }
}

function readVersion(api: OpenVinoApi): string {
  // ov_version_t: the addresses of a build number and a description.
  const version = new BigInt64Array(2)
  api.call('library-missing', 'the version of OpenVINO', 'ov_get_openvino_version', version)
  const build = api.readText(version[0]!)
  api.free('ov_version_free', new Uint8Array(version.buffer))
  return build
}

/** @throws {OpenVinoError} `library-missing` where the plugin for processors does not load */
function readProperty(api: OpenVinoApi, core: Handle, key: string): string {
  const text = outParameter()
  api.call('library-missing', "OpenVINO's plugin for processors", 'ov_core_get_property', core, 'CPU', key, text)
  return api.takeText(text[0]!)
}
