/** Plane by plane (RRR GGG BBB) to pixel by pixel (RGB RGB RGB). */
export function interleave<T extends Uint8Array | Uint16Array | Uint32Array>(planes: T, components: number): T {
  const pixels = planes.slice() as T
  const size = planes.length / components
  for (let component = 0; component < components; component++) {
    for (let index = 0; index < size; index++)
      pixels[index * components + component] = planes[component * size + index]!
  }
  return pixels
}
