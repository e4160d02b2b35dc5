/**
 * TensorBoard's event records, written by hand: TFRecord framing around protobuf `Event` messages.
 *
 * Framing: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 * Messages: tensorboard/compat/proto/event.proto and summary.proto (`simple_value`).
 */
const wallTimeField = 0x09
const stepField = 0x10
const fileVersionField = 0x1a
const summaryField = 0x2a
const summaryValueField = 0x0a
const tagField = 0x0a
const simpleValueField = 0x15

/** The record that opens every event file. */
export function encodeFileVersion(wallTime: number): Uint8Array<ArrayBuffer> {
  return frame(concat([doubleField(wallTimeField, wallTime), bytesField(fileVersionField, text('brain.Event:2'))]))
}

/**
 * One event with a scalar for each tag, as a framed record.
 *
 * @example
 * encodeScalars({ 'train/loss': 0.5 }, 10, 1700000000).length // 54
 */
export function encodeScalars(
  scalars: Readonly<Record<string, number>>,
  step: number,
  wallTime: number,
): Uint8Array<ArrayBuffer> {
  const values = Object.entries(scalars).map(([tag, value]) =>
    bytesField(summaryValueField, concat([bytesField(tagField, text(tag)), floatField(simpleValueField, value)])),
  )
  return frame(
    concat([
      doubleField(wallTimeField, wallTime),
      Uint8Array.of(stepField, ...varint(step)),
      bytesField(summaryField, concat(values)),
    ]),
  )
}

/**
 * The bytes from the start of an event file that are whole records with the right checksums, at most `limit`.
 *
 * @example
 * measureRecords(encodeFileVersion(0).subarray(0, 20), 100) // 0
 */
export function measureRecords(bytes: Uint8Array, limit: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = 0
  for (;;) {
    const header = bytes.subarray(end, end + 8)
    if (end + 16 > bytes.length || view.getUint32(end + 8, true) !== maskedCrc32c(header)) return end
    const length = Number(view.getBigUint64(end, true))
    const next = end + length + 16
    if (next > Math.min(bytes.length, limit)) return end
    const data = bytes.subarray(end + 12, end + 12 + length)
    if (view.getUint32(next - 4, true) !== maskedCrc32c(data)) return end
    end = next
  }
}

function frame(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(data.length + 16)
  const view = new DataView(record.buffer)
  view.setBigUint64(0, BigInt(data.length), true)
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true)
  record.set(data, 12)
  view.setUint32(12 + data.length, maskedCrc32c(data), true)
  return record
}

function doubleField(key: number, value: number): Uint8Array {
  const field = new Uint8Array(9)
  field[0] = key
  new DataView(field.buffer).setFloat64(1, value, true)
  return field
}

function floatField(key: number, value: number): Uint8Array {
  const field = new Uint8Array(5)
  field[0] = key
  new DataView(field.buffer).setFloat32(1, value, true)
  return field
}

function bytesField(key: number, bytes: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(key, ...varint(bytes.length)), bytes])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128)
  return [...bytes, value]
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

/** CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), rotated and offset as TFRecord asks. */
function maskedCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 0xff]
  crc = ~crc >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})
