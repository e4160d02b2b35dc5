/**
 * `npm run demo`: the whole mission on a synthetic data set, with the commands that a user would type.
 * Everything lies under `demo/`; killed and started again, it continues where it was.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '../packages/pack.ts'
import { runStages } from './run-stages.ts'
import { type SelectionFile, summarize, type TestFile } from './summarize.ts'

const config = join('apps', 'trainer', 'configs', 'demo.json')
const data = ['--data', join('demo', 'data')]
const run = join('demo', 'runs', 'demo')
const evaluated = [...data, '--run', run]

const start = performance.now()
runStages([
  { title: 'Write a synthetic screening data set', app: 'trainer', args: ['phantom', '--config', config, ...data] },
  { title: 'Find the breast in every image', app: 'trainer', args: ['extract-rois', '--config', config, ...data] },
  { title: 'Split by patient', app: 'trainer', args: ['split', '--config', config, ...data] },
  { title: 'Train', app: 'trainer', args: ['train', '--config', config, ...data, '--run', run] },
  { title: 'Predict with every checkpoint', app: 'evaluator', args: ['predict', ...evaluated, '--subset', 'val'] },
  { title: 'Choose checkpoint and threshold', app: 'evaluator', args: ['select', ...evaluated] },
  { title: 'Test once', app: 'evaluator', args: ['test', ...evaluated] },
  { title: 'Draw where the network looks', app: 'evaluator', args: ['explain', ...evaluated] },
  { title: 'Write the report', app: 'evaluator', args: ['report', ...evaluated] },
])

const read = <T>(name: string): T => JSON.parse(readFileSync(join(workspaceRoot, run, name), 'utf8'))
console.log(`\n${summarize(read<SelectionFile>('selection.json'), read<TestFile>('test.json'))}`)
console.log(`Report: ${join(workspaceRoot, run, 'report.html')}`)
console.log(`Took ${((performance.now() - start) / 60_000).toFixed(1)} minutes.`)
