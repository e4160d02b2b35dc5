import { expect, it } from 'vitest'
import { selectFiles } from '../src/select-files.ts'

const paths = [
  'train.csv',
  'test.csv',
  'notes/about.csv',
  'train_images/10006/1.dcm',
  'train_images/10007/2.dcm',
  'test_images/10006/3.dcm',
  'a[1].txt',
  '.hidden',
]

it.each<[string[], string[]]>([
  [[], paths],
  [['*.csv'], ['train.csv', 'test.csv', 'notes/about.csv']],
  [['/*.csv'], ['train.csv', 'test.csv']],
  [['10006'], ['train_images/10006/1.dcm', 'test_images/10006/3.dcm']],
  [['train_images/10006'], ['train_images/10006/1.dcm']],
  [['train_images/10006/'], ['train_images/10006/1.dcm']],
  [['train_images/*/2.dcm'], ['train_images/10007/2.dcm']],
  [
    ['**/3.dcm', 'train.csv'],
    ['train.csv', 'test_images/10006/3.dcm'],
  ],
  [['train_images'], ['train_images/10006/1.dcm', 'train_images/10007/2.dcm']],
  [['{train,test}.csv'], ['train.csv', 'test.csv']],
  [['a\\[1\\].txt'], ['a[1].txt']],
  [['.*'], ['.hidden']],
])('%j selects as a .gitignore file would', (patterns, expected) => {
  expect(selectFiles(paths, patterns, 'x')).toEqual(expected)
})

it('a pattern without a file is an error that shows some', () => {
  expect(() => selectFiles(paths, ['*.csv', '*.png'], 'competition x')).toThrow(
    'Expected files of competition x for the pattern "*.png" but received none. Its 8 files are such as train.csv, test.csv, notes/about.csv.',
  )
})
