/** What the page and its worker tell each other. */
import type { ModelDescription } from '@mammokit/mammogram-classifier/browser'
import type { ChosenFile, Result } from '@mammokit/study-service/browser'

export type Device = 'wasm' | 'webgpu'

/** A picture as it is posted: its buffer changes hands. */
export interface GrayPicture {
  /** uint16 [height * width], 0 = black, 65535 = white. */
  readonly data: Uint16Array<ArrayBuffer>
  readonly height: number
  readonly width: number
}

/** Evidence over the whole frame, at a size of its own. */
export interface HeatPicture {
  /** float32 [height * width]; for cancer where positive. */
  readonly data: Float32Array<ArrayBuffer>
  readonly height: number
  readonly width: number
}

export type WorkerRequest =
  | {
      readonly type: 'open'
      /** An exported model; without it the one for demonstration. */
      readonly file?: { readonly bytes: Uint8Array; readonly name: string }
    }
  | {
      readonly type: 'analyze'
      readonly run: number
      readonly files: readonly ChosenFile[]
      /** Paths of those that the page shows with their heat: what was answered of them is not computed again. */
      readonly shown: readonly string[]
    }

/** Where a picture belongs before the result says it. */
export interface PictureOf {
  readonly run: number
  readonly path: string
  readonly laterality: 'L' | 'R' | null
  readonly view: string | null
}

export type WorkerReport =
  | {
      readonly type: 'opened'
      readonly model: ModelDescription
      readonly device: Device
      readonly threads: number
    }
  | { readonly type: 'open-failed'; readonly message: string }
  | { readonly type: 'progress'; readonly run: number; readonly done: number; readonly all: number }
  | (PictureOf & {
      readonly type: 'picture'
      readonly picture: GrayPicture
      /** Pixels of the whole frame, which the picture may show smaller. */
      readonly frame: { readonly height: number; readonly width: number }
    })
  | (PictureOf & {
      readonly type: 'seen'
      readonly heat: HeatPicture | null
      readonly chestWall: 'L' | 'R'
    })
  | { readonly type: 'result'; readonly run: number; readonly result: Result; readonly durationMs: number }
  | { readonly type: 'failed'; readonly run: number; readonly message: string }
