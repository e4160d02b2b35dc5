/** A decoder compiled to WebAssembly: loaded once per thread, replaced when it cannot be trusted any more. */
import { DicomError } from '../dicom-error.ts'

/** Where the text goes that the C++ library would write to the terminal. */
export interface TerminalHooks {
  print(text: string): void
  printErr(text: string): void
}

interface WasmModule {
  readonly HEAPU8: Uint8Array
  getExceptionMessage?(exception: number): unknown
}

/** A WebAssembly heap never shrinks: above this an instance is dropped after its frame. */
const largestHeap = 512 * 2 ** 20

export class WasmCodec<Module extends WasmModule> {
  readonly #name: string
  readonly #load: (hooks: TerminalHooks) => Promise<Module>
  #loaded: Promise<Module> | undefined
  #messages: string[] = []

  constructor(name: string, load: (hooks: TerminalHooks) => Promise<Module>) {
    this.#name = name
    this.#load = load
  }

  /** Runs `decode` and turns what it throws into a {@link DicomError}; after a trap the next frame gets a new instance. */
  async run<T>(decode: (module: Module, messages: readonly string[]) => T): Promise<T> {
    const module = await this.#loadOnce()
    this.#messages = []
    try {
      return decode(module, this.#messages)
    } catch (cause) {
      if (cause instanceof DicomError) throw cause
      this.#loaded = undefined
      throw this.failure(describe(module, cause), cause)
    } finally {
      if (module.HEAPU8.length > largestHeap) this.#loaded = undefined
    }
  }

  async #loadOnce(): Promise<Module> {
    const collect = (text: string) => {
      this.#messages.push(text)
    }
    this.#loaded ??= this.#load({ print: collect, printErr: collect })
    try {
      return await this.#loaded
    } catch (cause) {
      this.#loaded = undefined
      throw notLoaded(this.#name, cause)
    }
  }

  failure(reason: string, cause?: unknown): DicomError {
    const text = `Expected a complete ${this.#name} codestream but it does not decode: ${reason.trim() || 'no reason given'}. The frame is damaged.`
    return new DicomError('invalid-codestream', text, {}, cause === undefined ? undefined : { cause })
  }
}

/** The error of a decoder that is missing or could not load for lack of memory or file handles; the next frame tries again. */
export function notLoaded(name: string, cause: unknown): DicomError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const text = `Expected the ${name} decoder to load but received this error: ${reason}. Check that the package is fully installed.`
  return new DicomError('io', text, {}, { cause })
}

/** C++ exceptions leave WebAssembly as numbers, which only some modules can turn into messages. */
function describe(module: WasmModule, cause: unknown): string {
  if (typeof cause !== 'number') return String(cause)
  try {
    return String(module.getExceptionMessage?.(cause) ?? '')
  } catch {
    return ''
  }
}
