/**
 * Prints a table of the coverage of every figure's 95 % interval, for the README of `pf1-metric`.
 *
 *     node tools/dist/coverage/record-coverage.js [replicates, 4000] [fixed | drawn] [15,40,200]
 */
import { formatTable } from '@mammokit/command-line'
import { measureCoverage } from './coverage.ts'

const [replicates = '4000', cancers = 'fixed', counts = '15,40,200'] = process.argv.slice(2)

const rows: string[][] = []
let names: string[] = []
for (const auc of [0.7, 0.85, 0.95]) {
  for (const count of counts.split(',').map(Number)) {
    const screening = { auc, cancers: count, areDrawn: cancers === 'drawn' }
    const coverage = await measureCoverage(screening, Number(replicates))
    names = Object.keys(coverage)
    rows.push([`${auc}`, `${count}`, ...Object.values(coverage).map(({ covered }) => covered.toFixed(3))])
    const missing = Object.entries(coverage).filter(([, { withoutInterval }]) => withoutInterval > 0)
    const said = missing.map(([name, { withoutInterval }]) => `${name} ${withoutInterval}`).join(', ')
    console.error(`AUC ${auc}, ${count} cancers${said && `; without an interval: ${said}`}`)
  }
}
console.log(formatTable(['AUC', 'cancers', ...names], rows))
