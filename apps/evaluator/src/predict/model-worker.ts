/** The thread in which the network of `openModelInThread` lies. */
import { setImmediate } from 'node:timers/promises'
import { type Model, readModel } from '@mammokit/mammogram-classifier/model'
import { answerQuestions } from '../asked-thread.ts'
import type { ModelAnswer, ModelQuestion } from './model-thread.ts'

let loading: Promise<Model> | undefined

answerQuestions<ModelQuestion, ModelAnswer>(async (question) => {
  if (question.kind === 'open') {
    const { description, load } = await readModel(question.options)
    loading = setImmediate().then(load) // once the description is on its way
    loading.catch(() => {}) // until an image is looked at
    return { description }
  }
  const model = await loading!
  if (question.kind === 'explain') return model.explain(question.image)
  await model.dispose()
  return {}
})
