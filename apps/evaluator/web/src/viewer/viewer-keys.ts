import type { ViewerChange } from './viewer-gestures.ts'

/** What is said of the keys, to everyone. */
export const keyHelp =
  'Arrow keys change window and level of the picture that has the focus, with Shift they move it; + and - zoom, 0 resets.'

const step = 0.04
const pixels = 40

const keys: Readonly<Record<string, (change: ViewerChange, isShifted: boolean) => void>> = {
  ArrowLeft: (change, isShifted) => (isShifted ? change.move(pixels, 0) : change.window({ width: -step })),
  ArrowRight: (change, isShifted) => (isShifted ? change.move(-pixels, 0) : change.window({ width: step })),
  ArrowUp: (change, isShifted) => (isShifted ? change.move(0, pixels) : change.window({ level: -step })),
  ArrowDown: (change, isShifted) => (isShifted ? change.move(0, -pixels) : change.window({ level: step })),
  '+': (change) => change.zoom(1.25),
  '=': (change) => change.zoom(1.25),
  '-': (change) => change.zoom(0.8),
  '0': (change) => change.reset(),
}

export function listenForKeys(canvas: HTMLCanvasElement, change: ViewerChange): void {
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const act = keys[event.key]
    if (!act) return
    event.preventDefault()
    act(change, event.shiftKey)
  })
}
