/**
 * The names of an ONNX file's inputs and outputs. OpenVINO knows them too, but tells any of the names of a tensor, and one that is passed
 * on unchanged has several.
 *
 * Reference: https://github.com/onnx/onnx/blob/v1.16.0/onnx/onnx.proto, whose field numbers are below.
 */

export interface ModelNames {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

const fieldOf = { graph: 7, input: 11, output: 12, name: 1 } as const

/** In the order of the file; initializers may be among the inputs. Undefined for bytes that are no ONNX file. */
export function namesInModel(bytes: Uint8Array): ModelNames | undefined {
  const graph = messagesIn(bytes)?.find(({ field }) => field === fieldOf.graph)
  const parts = graph && messagesIn(graph.bytes)
  if (parts === undefined) return undefined
  const namesOf = (field: number) =>
    parts.flatMap((part) => {
      const name = part.field === field && messagesIn(part.bytes)?.find((inner) => inner.field === fieldOf.name)
      return name ? [new TextDecoder().decode(name.bytes)] : []
    })
  return { inputs: namesOf(fieldOf.input), outputs: namesOf(fieldOf.output) }
}

interface Message {
  readonly field: number
  readonly bytes: Uint8Array
}

/** The fields of a message that have a length, as texts and messages do; undefined for bytes that are no message of protobuf. */
function messagesIn(bytes: Uint8Array): Message[] | undefined {
  const found: Message[] = []
  let at = 0
  const varint = () => {
    let value = 0
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
    return Number.NaN
  }
  while (at < bytes.length) {
    const key = varint()
    const kind = key % 8
    if (kind === 2) {
      const length = varint()
      found.push({ field: Math.floor(key / 8), bytes: bytes.subarray(at, at + length) })
      at += length
    } else if (kind === 0) varint()
    else if (kind === 1) at += 8
    else if (kind === 5) at += 4
    else return undefined
  }
  return at === bytes.length ? found : undefined
}
