/** The functions of OpenVINO's C library that are used here (ov_core.h and its neighbors), with their errors. */
import type { Koffi, KoffiLibrary, NativeFunction } from './koffi.ts'
import { OpenVinoError, type OpenVinoErrorCode } from './open-vino-error.ts'

/** An object of the library, by its address. */
export type Handle = bigint

/** Parameters by function; all return a status. `shape` is an ov_shape_t by value, `...` are further texts. */
const functions = {
  ov_get_openvino_version: ['void *'],
  ov_core_create: ['void *'],
  ov_core_get_property: ['void *', 'str', 'str', 'void *'],
  ov_core_read_model_from_memory_buffer: ['void *', 'void *', 'size_t', 'void *', 'void *'],
  ov_core_set_property: ['void *', 'str', '...'],
  // Without the properties that may follow, since koffi calls no variadic function on a thread.
  ov_core_compile_model: ['void *', 'void *', 'str', 'size_t', 'void *'],
  ov_compiled_model_create_infer_request: ['void *', 'void *'],
  ov_compiled_model_inputs_size: ['void *', 'void *'],
  ov_compiled_model_outputs_size: ['void *', 'void *'],
  ov_compiled_model_input_by_index: ['void *', 'size_t', 'void *'],
  ov_compiled_model_input_by_name: ['void *', 'str', 'void *'],
  ov_compiled_model_output_by_index: ['void *', 'size_t', 'void *'],
  ov_port_get_any_name: ['void *', 'void *'],
  ov_port_get_element_type: ['void *', 'void *'],
  ov_port_get_partial_shape: ['void *', 'void *'],
  ov_tensor_create: ['int', 'shape', 'void *'],
  ov_tensor_create_from_host_ptr: ['int', 'shape', 'void *', 'void *'],
  ov_tensor_get_shape: ['void *', 'void *'],
  ov_tensor_data: ['void *', 'void *'],
  ov_shape_free: ['void *'],
  ov_infer_request_set_tensor_by_const_port: ['void *', 'void *', 'void *'],
  ov_infer_request_get_tensor_by_const_port: ['void *', 'void *', 'void *'],
  ov_infer_request_start_async: ['void *'],
  ov_infer_request_wait: ['void *'],
} as const

/** Functions that free an object and return nothing. */
const deleters = [
  'ov_version_free',
  'ov_free',
  'ov_core_free',
  'ov_model_free',
  'ov_compiled_model_free',
  'ov_infer_request_free',
  'ov_output_const_port_free',
  'ov_partial_shape_free',
  'ov_tensor_free',
] as const

type FunctionName = keyof typeof functions
type DeleterName = (typeof deleters)[number]

export interface OpenVinoApi {
  /** @throws {OpenVinoError} with the code that is given, and what OpenVINO says */
  call(code: OpenVinoErrorCode, what: string, name: FunctionName, ...args: readonly unknown[]): void
  /** The same on a thread of its own. */
  callAsync(code: OpenVinoErrorCode, what: string, name: FunctionName, ...args: readonly unknown[]): Promise<void>
  free(name: DeleterName, object: Handle | Uint8Array): void
  /** On a thread of its own, whose stack is larger: objects are destroyed recursively. */
  freeAsync(name: DeleterName, object: Handle): Promise<void>
  /** Text of C that OpenVINO allocated: read, and freed. */
  takeText(address: Handle): string
  readText(address: Handle): string
  /** Copies numbers from memory of the library. */
  read(address: Handle, type: 'int64_t' | 'uint8_t', length: number): BigInt64Array | Uint8Array
}

export function bindApi(koffi: Koffi, library: KoffiLibrary): OpenVinoApi {
  const shape = koffi.struct({ rank: 'int64_t', dims: 'void *' })
  const types = (parameters: readonly string[]) => parameters.map((name) => (name === 'shape' ? shape : name))
  const bound = Object.fromEntries(
    Object.entries(functions).map(([name, parameters]) => [name, library.func(name, 'int', types(parameters))]),
  ) as Record<FunctionName, NativeFunction>
  const freeing = Object.fromEntries(deleters.map((name) => [name, library.func(name, 'void', ['void *'])])) as Record<
    DeleterName,
    NativeFunction
  >
  const lastMessage = library.func('ov_get_last_err_msg', 'void *', [])
  const describe = library.func('ov_get_error_info', 'str', ['int'])

  function readText(address: Handle): string {
    return koffi.decode(address, 'char', -1) as string
  }

  function takeText(address: Handle): string {
    const text = readText(address)
    freeing.ov_free(address)
    return text
  }

  function check(code: OpenVinoErrorCode, what: string, name: string, status: number): void {
    if (status === 0) return
    const address = lastMessage() as Handle | null
    const reason = reasonOf(describe(status) as string, address ? takeText(address) : '')
    throw new OpenVinoError(code, `Expected ${what} but received this error from OpenVINO: ${reason}.`, {
      function: name,
      status,
      reason,
    })
  }

  return {
    call: (code, what, name, ...args) => check(code, what, name, bound[name](...args) as number),
    async callAsync(code, what, name, ...args) {
      check(code, what, name, (await onThread(bound[name], args)) as number)
    },
    free: (name, object) => void freeing[name](object),
    freeAsync: async (name, object) => void (await onThread(freeing[name], [object])),
    takeText,
    readText,
    read: (address, type, length) => koffi.decode(address, type, length) as BigInt64Array,
  }
}

function onThread(fn: NativeFunction, args: readonly unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    fn.async(...args, (error: Error | null, result: unknown) => (error ? reject(error) : resolve(result)))
  })
}

/** What OpenVINO says, without the lines that name its sources; of a long list the first lines. */
function reasonOf(info: string, message: string): string {
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('Exception from'))
  return (lines.length === 0 ? info : lines.slice(0, 3).join(' ')).replace(/[.\s]+$/, '')
}

/** Room for one address or number that a function writes. */
export function outParameter(): BigInt64Array {
  return new BigInt64Array(1)
}
