/**
 * The metadata that an exporter left in an ONNX file: ONNX Runtime's JavaScript does not show them.
 *
 * Reads ModelProto.metadata_props (field 14: key 1, value 2) off the protobuf wire format and skips everything else.
 * Reference: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, https://protobuf.dev/programming-guides/encoding
 */

/**
 * Key and value of each property of a model's bytes; empty where there are none or the bytes are no protobuf.
 *
 * @example
 * onnxMetadata(await readFile('breast-yolov5n.onnx')).get('imgsz') // '320'
 */
export function onnxMetadata(model: Uint8Array): Map<string, string> {
  const found = new Map<string, string>()
  for (const { number, bytes } of fields(model)) {
    if (number !== 14 || !bytes) continue
    const entry = new Map<number, string>()
    for (const field of fields(bytes)) if (field.bytes) entry.set(field.number, new TextDecoder().decode(field.bytes))
    found.set(entry.get(1) ?? '', entry.get(2) ?? '')
  }
  return found
}

function* fields(message: Uint8Array): Generator<{ number: number; bytes?: Uint8Array }> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; at < message.length; shift += 7) {
      const byte = message[at++]
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    return Number.NaN
  }
  while (at < message.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    const wire = tag % 8
    if (wire === 2) {
      const length = varint()
      if (!(at + length <= message.length)) return
      yield { number, bytes: message.subarray(at, at + length) }
      at += length
    } else if (wire === 0) {
      varint()
      yield { number }
    } else if (wire === 1 || wire === 5) {
      at += wire === 1 ? 8 : 4
      yield { number }
    } else return
  }
}
