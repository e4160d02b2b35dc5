/** Plots and pictures of the page, drawn in a thread of their own: what draws them takes long to load. */
import { Html } from '@mammokit/html-page'
import { startThread, threadFile } from '../asked-thread.ts'
import type { Picture, PictureFault, PictureQuestion } from './picture.ts'
import type { Plot } from './plot.ts'

interface PlotQuestion {
  readonly plot: Plot
  /** For those who cannot see it. */
  readonly description: string
}

export type DrawQuestion = PlotQuestion | PictureQuestion

export type Drawn = { readonly svg: string } | Picture | PictureFault

export interface Drawing {
  plotOf(plot: Plot, description: string): Promise<Html>
  pictureOf(question: PictureQuestion): Promise<Picture | PictureFault>
  close(): Promise<void>
}

/** Draws in this thread. */
export function drawHere(): Drawing {
  return {
    plotOf: async (plot, description) => (await import('./render-plot.ts')).renderPlot(plot, description),
    pictureOf: async (question) => (await import('./picture.ts')).drawPicture(question),
    close: async () => {},
  }
}

/** Starts the thread; what it cannot draw is drawn in this one. */
export function startDrawing(): Drawing {
  const thread = startThread<DrawQuestion, Drawn>(threadFile('report/draw-worker.js'))
  const here = drawHere()
  return {
    async plotOf(plot, description) {
      const drawn = await thread.ask({ plot, description })
      return drawn && 'svg' in drawn ? new Html(drawn.svg) : here.plotOf(plot, description)
    },
    async pictureOf(question) {
      const drawn = await thread.ask(question)
      return drawn && !('svg' in drawn) ? drawn : here.pictureOf(question)
    },
    close: thread.close,
  }
}
