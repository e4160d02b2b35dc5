import { fitted, type Size, type Zoom } from './placement.ts'

export interface DrawnView {
  readonly picture: CanvasImageSource
  /** Pixels of the whole frame, which picture and heat cover whatever their size. */
  readonly frame: Size
  readonly heat: CanvasImageSource | undefined
  readonly opacity: number
  /** Pixels of the frame. */
  readonly box: (Size & { readonly x: number; readonly y: number }) | undefined
  readonly zoom: Zoom
  /** Of the breast: where its chest wall lies in the window. */
  readonly side: 'L' | 'R' | null
  readonly isMirrored: boolean
}

const boxColor = '#56b4e9'

/** Draws a view on a canvas of any size, in pixels of the device. */
export function drawView(canvas: HTMLCanvasElement, view: DrawnView): void {
  const { picture, frame, heat, opacity, box, zoom, side, isMirrored } = view
  const dense = window.devicePixelRatio
  const size = { height: canvas.clientHeight, width: canvas.clientWidth }
  canvas.height = Math.round(size.height * dense)
  canvas.width = Math.round(size.width * dense)
  const context = canvas.getContext('2d')!
  context.fillStyle = '#000'
  context.fillRect(0, 0, canvas.width, canvas.height)
  const place = fitted(frame, size, side)
  context.setTransform(dense * zoom.scale, 0, 0, dense * zoom.scale, dense * zoom.x, dense * zoom.y)
  context.translate(place.x, place.y)
  if (isMirrored) {
    context.translate(place.width, 0)
    context.scale(-1, 1)
  }
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, 0, 0, place.width, place.height)
  if (heat) {
    context.globalAlpha = opacity
    context.drawImage(heat, 0, 0, place.width, place.height)
    context.globalAlpha = 1
  }
  if (!box) return
  const scale = place.width / frame.width
  context.strokeStyle = boxColor
  context.lineWidth = 1.5 / zoom.scale
  context.setLineDash([6 / zoom.scale, 3 / zoom.scale])
  context.strokeRect(box.x * scale, box.y * scale, box.width * scale, box.height * scale)
}
