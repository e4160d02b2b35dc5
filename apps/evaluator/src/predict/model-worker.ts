/** The thread that runs the network of `openModelInThread`. */
import { setImmediate } from 'node:timers/promises'
import { type Model, readModel } from '@mammokit/mammogram-classifier/model'
import { answerQuestions } from '../asked-thread.ts'
import type { ModelAnswer, ModelQuestion } from './model-thread.ts'

let loading: Promise<Model> | undefined

answerQuestions<ModelQuestion, ModelAnswer>(async (question) => {
  if (question.kind === 'open') {
    const { description, load } = await readModel(question.options)
    loading = setImmediate().then(load) // once the description is on its way
    loading.catch(() => {}) // whoever asks for the network gets it
    return { kind: 'described', description }
  }
  if (loading === undefined) return { kind: 'done' }
  const model = await loading
  if (question.kind === 'explain') return { kind: 'seen', seen: await model.explain(question.image) }
  if (question.kind === 'dispose') await model.dispose()
  return { kind: 'done' }
})
