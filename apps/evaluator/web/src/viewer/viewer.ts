/** One view of a breast: its picture with window and level, zoom, the box that the network saw, and the heat. */
import type { GrayPicture, HeatPicture } from '../analysis/messages.ts'
import { isMirrored } from '../study/hanging-order.ts'
import { drawView } from './draw-view.ts'
import { type GrayWindow, movedWindow, wholeWindow } from './gray-window.ts'
import { heatCanvas, type PictureLayer, pictureLayer } from './layers.ts'
import { noZoom, panned, type Size, type Zoom, zoomedAt } from './placement.ts'
import { listenForGestures } from './viewer-gestures.ts'
import { listenForKeys } from './viewer-keys.ts'

export interface ViewerSettings {
  readonly isHeatShown: boolean
  /** 0 to 1, of the strongest color. */
  readonly opacity: number
  readonly isBoxShown: boolean
  readonly drag: 'window' | 'move'
}

export const initialSettings: ViewerSettings = { isHeatShown: true, opacity: 0.45, isBoxShown: true, drag: 'window' }

export interface Box extends Size {
  readonly x: number
  readonly y: number
}

export class Viewer {
  readonly element = document.createElement('figure')
  readonly path: string
  readonly laterality: 'L' | 'R' | null
  readonly view: string | null
  readonly #canvas = document.createElement('canvas')
  readonly #state = document.createElement('span')
  readonly #answer = document.createElement('span')
  #frame: Size | undefined
  #picture: PictureLayer | undefined
  #heat: HeatPicture | null = null
  #heatCanvas: HTMLCanvasElement | undefined
  #box: Box | undefined
  #chestWall: 'L' | 'R' | null = null
  #isSeen = false
  #window = wholeWindow
  #zoom = noZoom
  #settings = initialSettings
  #isPaintDue = false
  #isDrawDue = false

  constructor({ path, laterality, view }: Pick<Viewer, 'path' | 'laterality' | 'view'>) {
    this.path = path
    this.laterality = laterality
    this.view = view
    const caption = document.createElement('figcaption')
    const name = document.createElement('b')
    name.className = 'name'
    name.textContent = this.name
    name.title = path
    caption.append(name, this.#answer)
    this.#state.className = 'state'
    this.#canvas.tabIndex = 0
    this.#canvas.setAttribute('role', 'application')
    this.#canvas.setAttribute('aria-roledescription', 'picture with window, zoom and heatmap')
    this.#canvas.setAttribute('aria-describedby', 'viewer-keys')
    this.element.className = 'viewer'
    this.element.append(this.#canvas, caption, this.#state)
    this.#describe('not answered yet')
    new ResizeObserver(() => this.#draw()).observe(this.#canvas)
    const change = {
      window: (by: Partial<GrayWindow>) => this.#setWindow(movedWindow(this.#window, by)),
      zoomAt: (by: number, point: { x: number; y: number }) => this.#setZoom(zoomedAt(this.#zoom, by, point)),
      zoom: (by: number) => this.zoom(by),
      move: (dx: number, dy: number) => this.#setZoom(panned(this.#zoom, dx, dy, this.#size())),
      reset: () => this.reset(),
      drag: () => this.#settings.drag,
    }
    listenForGestures(this.#canvas, change)
    listenForKeys(this.#canvas, change)
  }

  /** Such as R MLO. */
  get name(): string {
    return `${this.laterality ?? 'Side unknown'} ${this.view ?? ''}`.trim()
  }

  get heat(): HeatPicture | null {
    return this.#heat
  }

  /** Whether the network has seen it: it has a heatmap, where the model gives one. */
  get isSeen(): boolean {
    return this.#isSeen
  }

  showPicture(picture: GrayPicture, frame: Size): void {
    this.#picture = pictureLayer(picture)
    this.#frame = frame
    this.#paint()
  }

  /** What the network sees, and on which side the chest wall lies. */
  takeHeat(heat: HeatPicture | null, chestWall: 'L' | 'R'): void {
    this.#isSeen = true
    this.#heat = heat
    this.#chestWall = chestWall
    if (this.#isMirrored()) this.element.querySelector('.name')!.textContent = `${this.name}, mirrored`
    this.#draw()
  }

  /** @param max evidence of the strongest color, the same for the views of a study */
  colorHeat(max: number): void {
    if (this.#heat) this.#heatCanvas = heatCanvas(this.#heat, max)
    this.#draw()
  }

  /** @param answer such as 3.2 % */
  showAnswer(answer: string, box: Box | undefined): void {
    this.#answer.textContent = answer
    this.#box = box
    this.#describe(answer)
    this.#draw()
  }

  set settings(settings: ViewerSettings) {
    this.#settings = settings
    this.#canvas.dataset.drag = settings.drag
    this.#draw()
  }

  zoom(by: number): void {
    const { height, width } = this.#size()
    this.#setZoom(zoomedAt(this.#zoom, by, { x: width / 2, y: height / 2 }))
  }

  reset(): void {
    this.#setZoom(noZoom)
    this.#setWindow(wholeWindow)
  }

  #describe(answer: string): void {
    const side = this.laterality === null ? 'unknown' : this.laterality === 'R' ? 'right' : 'left'
    this.#canvas.setAttribute('aria-label', `${this.view ?? 'unknown'} view of the ${side} breast: ${answer}`)
  }

  #isMirrored(): boolean {
    return this.#chestWall !== null && isMirrored(this.laterality, this.#chestWall)
  }

  #size(): Size {
    return { height: this.#canvas.clientHeight, width: this.#canvas.clientWidth }
  }

  #setWindow(window: GrayWindow): void {
    this.#window = window
    this.#paint()
  }

  #setZoom(zoom: Zoom): void {
    this.#zoom = zoom
    this.#draw()
  }

  #paint(): void {
    this.#isPaintDue = true
    this.#draw()
  }

  /** Once for all changes until the next frame of the display. */
  #draw(): void {
    if (this.#isDrawDue) return
    this.#isDrawDue = true
    requestAnimationFrame(() => {
      this.#isDrawDue = false
      if (!this.#picture || !this.#frame) return
      if (this.#isPaintDue) this.#picture.paint(this.#window)
      this.#isPaintDue = false
      const { isHeatShown, opacity, isBoxShown } = this.#settings
      drawView(this.#canvas, {
        picture: this.#picture.canvas,
        frame: this.#frame,
        zoom: this.#zoom,
        side: this.laterality,
        heat: isHeatShown ? this.#heatCanvas : undefined,
        opacity,
        box: isBoxShown ? this.#box : undefined,
        isMirrored: this.#isMirrored(),
      })
      const share = (value: number) => `${Math.round(100 * value)} %`
      const { level, width } = this.#window
      this.#state.textContent = `W ${share(width)}  L ${share(level)}${this.#zoom.scale > 1 ? `  ×${this.#zoom.scale.toFixed(1)}` : ''}`
    })
  }
}
