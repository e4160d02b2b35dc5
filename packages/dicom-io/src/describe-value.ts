/** A value of the caller as it is shown in a message. */

/** Text in quotes, an object by its class, anything else as it is written. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'object' && value !== null) return Object.prototype.toString.call(value).slice(8, -1)
  if (typeof value === 'function') return 'a function'
  return String(value)
}
