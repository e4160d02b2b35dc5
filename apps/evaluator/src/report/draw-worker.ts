import { answerQuestions } from '../asked-thread.ts'
import type { Drawn, DrawQuestion } from './drawing.ts'
import { drawPicture } from './picture.ts'
import { renderPlot } from './render-plot.ts'

answerQuestions(async (question: DrawQuestion): Promise<Drawn> => {
  if ('file' in question) return drawPicture(question)
  return { svg: (await renderPlot(question.plot, question.description)).text }
})
