/** `node tools/dist/results/draw-results.js`: writes docs/images/results.svg and the table of docs/results.md from tools/results/figures.json. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '../packages/pack.ts'
import { drawStudy } from './draw-study.ts'
import { withTable } from './results-page.ts'
import type { StudyFigures } from './study-report.ts'

const path = (file: string) => join(workspaceRoot, file)
const figures: StudyFigures = JSON.parse(readFileSync(path('tools/results/figures.json'), 'utf8'))
writeFileSync(path('docs/images/results.svg'), drawStudy(figures))
writeFileSync(path('docs/results.md'), withTable(readFileSync(path('docs/results.md'), 'utf8'), figures))
