import { answerQuestions } from '../asked-thread.ts'
import { computeSamples } from './compute-sample.ts'

answerQuestions(computeSamples)
