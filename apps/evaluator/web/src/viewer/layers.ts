/** What a viewer draws, each as a canvas of its own size: the windowed picture, and the heat over it. */
import { heatLayer } from '@mammokit/mammogram-classifier/browser'
import type { GrayPicture, HeatPicture } from '../analysis/messages.ts'
import { type GrayWindow, paintGray } from './gray-window.ts'

export interface PictureLayer {
  readonly canvas: HTMLCanvasElement
  paint(window: GrayWindow): void
}

export function pictureLayer({ data, height, width }: GrayPicture): PictureLayer {
  const { canvas, context } = canvasOf(height, width)
  const image = context.createImageData(width, height)
  return {
    canvas,
    paint(window) {
      paintGray(data, window, image.data)
      context.putImageData(image, 0, 0)
    },
  }
}

/** @param max evidence of the strongest color */
export function heatCanvas({ data, height, width }: HeatPicture, max: number): HTMLCanvasElement {
  const { canvas, context } = canvasOf(height, width)
  context.putImageData(new ImageData(heatLayer(data, max), width, height), 0, 0)
  return canvas
}

function canvasOf(height: number, width: number) {
  const canvas = document.createElement('canvas')
  canvas.height = height
  canvas.width = width
  return { canvas, context: canvas.getContext('2d')! }
}
