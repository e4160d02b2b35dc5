/** What plots are made of. Colors are CSS variables of the page, so that a plot follows its light and dark theme. */
import type { TopLevelSpec } from 'vega-lite'

export type Plot = TopLevelSpec

export const colors = {
  ink: 'var(--ink)',
  faint: 'var(--faint)',
  line: 'var(--line)',
  accent: 'var(--accent)',
  cancer: 'var(--cancer)',
} as const
