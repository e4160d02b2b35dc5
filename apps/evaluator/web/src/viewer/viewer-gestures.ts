/** Mouse, pen and fingers on a viewer. */
import type { GrayWindow } from './gray-window.ts'

export interface ViewerChange {
  window(by: Partial<GrayWindow>): void
  zoomAt(by: number, point: { readonly x: number; readonly y: number }): void
  zoom(by: number): void
  /** Pixels of the window. */
  move(dx: number, dy: number): void
  reset(): void
  /** What a drag changes. */
  drag(): 'window' | 'move'
}

/** Two fingers zoom and move, one does what the user chose, as the mouse does; Shift and the middle button move. */
export function listenForGestures(canvas: HTMLCanvasElement, change: ViewerChange): void {
  const pointers = new Map<number, { readonly x: number; readonly y: number }>()
  const pointOf = (event: MouseEvent) => {
    const { left, top } = canvas.getBoundingClientRect()
    return { x: event.clientX - left, y: event.clientY - top }
  }

  canvas.addEventListener('pointerdown', (event) => {
    if (event.button > 1) return
    event.preventDefault()
    canvas.focus({ preventScroll: true })
    canvas.setPointerCapture(event.pointerId)
    pointers.set(event.pointerId, pointOf(event))
  })
  canvas.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId)
    if (!before) return
    const now = pointOf(event)
    const [dx, dy] = [now.x - before.x, now.y - before.y]
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1]
    pointers.set(event.pointerId, now)
    if (other) {
      const distance = (point: typeof now) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y))
      change.zoomAt(distance(now) / distance(before), other)
      change.move(dx / 2, dy / 2)
    } else if (change.drag() === 'move' || event.shiftKey || event.buttons === 4) change.move(dx, dy)
    else {
      const { clientHeight, clientWidth } = canvas
      change.window({ width: dx / clientWidth, level: dy / clientHeight })
    }
  })
  for (const end of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(end, ({ pointerId }) => pointers.delete(pointerId))
  }
  canvas.addEventListener('dblclick', () => change.reset())
  canvas.addEventListener(
    'wheel',
    (event) => {
      // The page scrolls past a view that was not chosen.
      if (document.activeElement !== canvas && !event.ctrlKey) return
      event.preventDefault()
      change.zoomAt(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0015)), pointOf(event))
    },
    { passive: false },
  )
}
