/** A form of files; texts before them are fields. */
export function formOf(...parts: readonly (Uint8Array | readonly [field: string, value: string])[]): FormData {
  const form = new FormData()
  for (const part of parts) {
    if (part instanceof Uint8Array) form.append('file', new Blob([new Uint8Array(part)]), 'IM')
    else form.append(part[0]!, part[1]!)
  }
  return form
}
