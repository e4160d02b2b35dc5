/** Where a picture lies in its window: fitted and at its chest wall, then zoomed and moved. */

export interface Size {
  readonly height: number
  readonly width: number
}

/** How a picture is moved from its fitted place: a point p of the window goes to scale * p + (x, y). */
export interface Zoom {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export const noZoom: Zoom = { scale: 1, x: 0, y: 0 }

const largestScale = 20

/**
 * A zoom that leaves the point under the pointer where it is. At 1 the picture is where it was.
 *
 * @param by factor, above 1 is nearer
 */
export function zoomedAt({ scale, x, y }: Zoom, by: number, point: { readonly x: number; readonly y: number }): Zoom {
  const next = Math.min(largestScale, Math.max(1, scale * by))
  if (next === 1) return noZoom
  const ratio = next / scale
  return { scale: next, x: point.x - (point.x - x) * ratio, y: point.y - (point.y - y) * ratio }
}

/** Moved by pixels of the window, so far that a quarter of the window still shows the picture's place. */
export function panned({ scale, x, y }: Zoom, dx: number, dy: number, { height, width }: Size): Zoom {
  const clamp = (value: number, length: number) => Math.min(0.75 * length, Math.max(length * (0.25 - scale), value))
  return { scale, x: clamp(x + dx, width), y: clamp(y + dy, height) }
}

/** Where and how large a picture of a frame is drawn, in pixels of the window. */
export interface Fitted extends Size {
  readonly x: number
  readonly y: number
}

/**
 * The largest place of a frame in a window, against the side of its chest wall.
 *
 * @param side of the window
 * @example
 * fitted({ height: 400, width: 200 }, { height: 100, width: 100 }, 'R') // { x: 50, y: 0, height: 100, width: 50 }
 */
export function fitted(frame: Size, window: Size, side: 'L' | 'R' | null): Fitted {
  const scale = Math.min(window.height / frame.height, window.width / frame.width)
  const [height, width] = [frame.height * scale, frame.width * scale]
  const free = window.width - width
  return { x: side === null ? free / 2 : side === 'R' ? free : 0, y: (window.height - height) / 2, height, width }
}
