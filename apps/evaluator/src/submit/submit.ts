/** `submit`: the competition's submission.csv from images without labels. */
import { writeFileAtomic } from '@mammokit/atomic-files'
import { type CommandContext, parseConfig, plural, silentContext } from '@mammokit/command-line'
import { classifyBreasts, openRunClassifier, sigmoid } from '@mammokit/mammogram-classifier'
import { assertImagesPresent } from '@mammokit/mammogram-dataset'
import { describeLeftOut, readTestRows, type TestRows } from '@mammokit/screening-data'
import { formatCsv } from '@mammokit/strict-csv'
import { runPaths, type Selection } from '@mammokit/training-run'
import type { z } from 'zod'
import { type SubmitConfig, submitSchema } from '../config.ts'
import { logitsOf, openRows } from '../predict/predict-rows.ts'

type SubmittedValues = z.output<typeof submitSchema>['values']

export interface Submission {
  readonly path: string
  /** In the order of test.csv. */
  readonly answers: readonly { readonly predictionId: string; readonly cancer: number }[]
  /** Prediction ids without any image; their answer is what is known of breasts in general. */
  readonly unseen: readonly string[]
}

/** Predicts test.csv's images with the selected checkpoint and writes an answer for each of its prediction ids. */
export async function submit(input: SubmitConfig, context: CommandContext = silentContext): Promise<Submission> {
  const { progress, signal } = context
  const { run, data, values, output, maxLeftOut, workers, batchSize, ...engine } = parseConfig(submitSchema, input)
  const classifier = await openRunClassifier(run, { ...engine, batchSize })
  try {
    const { config, selection } = classifier
    const expected = { preprocessHash: config.preprocessHash, owner: "the run's config.json" }
    const test = await readTestRows(data, { expected, maxLeftOut })
    const { rows, leftOut } = test
    if (leftOut.length > 0) progress.line(`${describeLeftOut(leftOut, rows.length + leftOut.length)}.`)
    await assertImagesPresent(rows)
    progress.start('submit', rows.length, { unit: 'images' })
    const loader = openRows(rows, { image: config.image, batchSize, workers, signal })
    const logits = await logitsOf(loader, rows, classifier, (done) => progress.update(done), signal).finally(() =>
      loader.close(),
    )
    progress.stop()
    const submission = { path: output ?? runPaths(run).submission, ...answersOf(test, logits, selection!, values) }
    await writeFileAtomic(submission.path, formatSubmission(submission.answers))
    report(submission, values, progress.line)
    return submission
  } finally {
    progress.stop()
    await classifier.dispose()
  }
}

/** One answer for each prediction id, in the form that is asked for. */
function answersOf(
  { rows, predictionIds }: TestRows,
  logits: readonly number[],
  { aggregation, calibration, threshold, positives, breasts }: Selection,
  values: SubmittedValues,
): Pick<Submission, 'answers' | 'unseen'> {
  const images = rows.map(({ predictionId, laterality }, i) => ({
    patientId: predictionId,
    laterality,
    target: 0,
    probability: sigmoid(logits[i]!),
  }))
  const options = values === 'calibrated' ? { aggregation, calibration } : { aggregation }
  const answerOf = (probability: number) => (values === 'thresholded' ? Number(probability >= threshold) : probability)
  const known = new Map(classifyBreasts(images, options).map((one) => [one.patientId, answerOf(one.probability)]))
  const unknown = values === 'thresholded' ? 0 : positives / breasts
  return {
    answers: predictionIds.map((predictionId) => ({ predictionId, cancer: known.get(predictionId) ?? unknown })),
    unseen: predictionIds.filter((predictionId) => !known.has(predictionId)),
  }
}

function formatSubmission(answers: Submission['answers']): string {
  return formatCsv(
    ['prediction_id', 'cancer'],
    answers.map(({ predictionId, cancer }) => [predictionId, cancer]),
  )
}

function report({ path, answers, unseen }: Submission, values: SubmittedValues, line: (text: string) => void): void {
  if (unseen.length > 0) {
    const answer = values === 'thresholded' ? 'no cancer' : 'the share of breasts with cancer of the validation set'
    const others = unseen.length > 3 ? ` and ${unseen.length - 3} others` : ''
    line(
      `${plural(unseen.length, 'breast')} without an image: answered with ${answer}: ${unseen.slice(0, 3).join(', ')}${others}.`,
    )
  }
  line(`Wrote ${path}: ${answers.length} breasts, ${values}.`)
}
