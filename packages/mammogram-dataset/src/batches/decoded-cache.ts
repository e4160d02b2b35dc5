/** Decoded images in shared memory, which workers read without a copy. What does not fit is read from its file each time. */
export interface DecodedCache {
  get(path: string): Uint16Array | undefined
  hasRoom(): boolean
  add(path: string, decoded: Uint16Array): void
}

/** Room for as many images of one size as fit in `maxBytes`. */
export function createDecodedCache(
  maxBytes: number,
  { height, width }: { readonly height: number; readonly width: number },
): DecodedCache {
  const images = new Map<string, Uint16Array>()
  const room = Math.floor(maxBytes / (2 * height * width))
  return {
    get: (path) => images.get(path),
    hasRoom: () => images.size < room,
    add: (path, decoded) => {
      if (images.size < room) images.set(path, decoded)
    },
  }
}
