import { expect, test } from 'vitest'
import { nameFacts } from '../../src/files/name-facts.ts'

test.each([
  ['P7_L_CC.png', { laterality: 'L', view: 'CC' }],
  ['rmlo.jpg', { laterality: 'R', view: 'MLO' }],
  ['20586908_6c613a14b80a8591_MG_R_CC_ANON.tif', { laterality: 'R', view: 'CC' }],
  ['left-ml.png', { laterality: 'L', view: 'ML' }],
  ['lm.png', { view: 'LM' }],
  ['/left/cc/IM1', {}],
  ['L_R.png', {}],
  ['left_cc_mlo.png', { laterality: 'L' }],
])('%s', (path, facts) => {
  expect(nameFacts(path)).toEqual(facts)
})
