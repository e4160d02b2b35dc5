/** koffi, the optional peer that calls C functions, and the stack that OpenVINO needs of it. */
import { createRequire } from 'node:module'
import { OpenVinoError } from './open-vino-error.ts'

/** The part of koffi's interface that is used here. */
export interface Koffi {
  config(changes?: { readonly async_stack_size: number }): { readonly async_stack_size: number }
  load(path: string): KoffiLibrary
  /** A type of C; its name is left out, since koffi knows each name once in a process. */
  struct(members: Readonly<Record<string, string>>): object
  decode(address: bigint | Uint8Array, type: string, length: number): unknown
}

export interface KoffiLibrary {
  func(name: string, result: string, parameters: readonly (string | object)[]): NativeFunction
}

export interface NativeFunction {
  (...args: readonly unknown[]): unknown
  /** On a thread of its own; the last argument is called with its result. */
  readonly async: (...args: readonly unknown[]) => void
}

/** Stack of a call on a thread of its own, bytes: that of a thread in Linux. OpenVINO compiles recursively, and koffi gives 128 KiB. */
const stackBytes = 8 * 2 ** 20

/** @throws {OpenVinoError} `koffi-missing`, `stack-too-small` */
export function loadKoffi(load: (name: string) => unknown = createRequire(import.meta.url)): Koffi {
  const koffi = requireKoffi(load)
  const { async_stack_size: before } = koffi.config()
  if (before >= stackBytes) return koffi
  try {
    koffi.config({ async_stack_size: stackBytes })
    return koffi
  } catch {
    throw new OpenVinoError(
      'stack-too-small',
      `Expected an async_stack_size of ${stackBytes} in the configuration of koffi but received ${before}, which cannot change after a library was loaded. Load OpenVINO before other libraries.`,
      { expected: stackBytes, received: before },
    )
  }
}

function requireKoffi(load: (name: string) => unknown): Koffi {
  try {
    return load('koffi') as Koffi
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0]!
    throw new OpenVinoError(
      'koffi-missing',
      `Expected koffi, which calls OpenVINO, but received: ${reason}. Run "npm install koffi@3".`,
      { reason },
      { cause },
    )
  }
}
