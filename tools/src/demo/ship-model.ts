/**
 * `npm run ship-model`: trains the demonstration network on phantoms, and puts it with its model card into mammogram-classifier.
 * Everything else lies under `demo/ship-model/`; killed and started again, it continues where it was.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '../packages/pack.ts'
import { runStages } from './run-stages.ts'

const config = ['--config', join('apps', 'trainer', 'configs', 'demonstration.json')]
const data = ['--data', join('demo', 'ship-model', 'data')]
const run = ['--run', join('demo', 'ship-model', 'run')]
const models = join('packages', 'mammogram-classifier', 'models')
const output = ['--output', join(models, 'demonstration.onnx')]
// One thread: sums in another order would be other weights.
const alone = ['--threads', '1', '--workers', '1']

runStages([
  { title: 'Write phantoms', app: 'trainer', args: ['phantom', ...config, ...data] },
  { title: 'Find the breast in every image', app: 'trainer', args: ['extract-rois', ...config, ...data] },
  { title: 'Split by patient', app: 'trainer', args: ['split', ...config, ...data] },
  { title: 'Train', app: 'trainer', args: ['train', ...config, ...data, ...run, ...alone] },
  { title: 'Predict with every checkpoint', app: 'evaluator', args: ['predict', ...data, ...run] },
  { title: 'Choose checkpoint and threshold', app: 'evaluator', args: ['select', ...data, ...run] },
  { title: 'Test once', app: 'evaluator', args: ['test', ...data, ...run] },
  { title: 'Export', app: 'evaluator', args: ['export', ...data, ...run, ...output] },
])

const card = join(workspaceRoot, models, 'model-card.md')
const purpose = `# Model card of the demonstration network

**For demonstration only.** This network was trained on phantoms, synthetic pictures whose lesions are easier to find than any in a patient, and on nothing else. It shows what the software does with a file on the first minute.
Its probabilities say nothing about a patient, and its figures below nothing about any other network. Train one on real mammograms, or take one of yours, before you look at a number.

Made by \`npm run ship-model\` with \`apps/trainer/configs/demonstration.json\`; phantoms carry no patient's data and no license of others.
`
writeFileSync(
  card,
  readFileSync(card, 'utf8')
    .replace(/^# Model card\n/, purpose)
    .replace('`model.onnx`', '`demonstration.onnx`'),
)
