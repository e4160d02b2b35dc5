/**
 * RSNA Screening Mammography Breast Cancer Detection (2022): 54,706 DICOM images of 11,913 patients, 1,158 images with cancer; 314 GB.
 *
 * `train.csv` with `train_images/<patient_id>/<image_id>.dcm`, or pictures with the same names; `test.csv` has no cancer.
 * License: the competition's rules (non-commercial, no redistribution). From https://www.kaggle.com/competitions/rsna-breast-cancer-detection.
 * Carr et al., "RSNA Screening Mammography Breast Cancer Detection", Kaggle 2022.
 */
import { readInputFile } from '@mammokit/atomic-files'
import { type CsvRow, optionalColumn, parseCsvRows } from '@mammokit/strict-csv'
import { type DataSetImage, dataSetImage } from '../data-set/data-set-image.ts'
import { ProblemList } from '../data-set/problem-list.ts'
import { readDensity } from '../data-set/published-values.ts'
import { imagesOnly } from '../files/images-only.ts'
import type { SourceFolder } from '../files/source-folder.ts'
import { detailColumns, idColumns, labelColumn, optionalViewColumns } from '../rows/row-columns.ts'
import type { Adapter } from './adapter.ts'

/** Endings by preference; what a file is is decided by its bytes. */
const endings = ['dcm', 'png', 'jpg', 'jpeg', 'tif', 'tiff', 'pgm']

const columns = {
  ...idColumns,
  ...optionalViewColumns,
  cancer: optionalColumn(labelColumn.cancer.name, labelColumn.cancer.schema),
  ...detailColumns,
}

export const rsna: Adapter = {
  name: 'rsna',
  title: 'RSNA Screening Mammography Breast Cancer Detection',
  license: "the competition's rules: non-commercial, no redistribution",
  looksFor: 'train.csv or test.csv',
  matches: async (source) => source.has('train.csv') || source.has('test.csv'),
  read: readRsna,
}

async function readRsna(source: SourceFolder) {
  const problems = new ProblemList()
  const images: DataSetImage[] = []
  for (const subset of ['train', 'test'] as const) {
    const table = `${subset}.csv`
    if (!source.has(table)) continue
    const bytes = await readInputFile(source.path(table), 'Check the path.')
    const files = (await source.files()).filter((file) => file.startsWith(`${subset}_images/`))
    const unlisted = new Set(files)
    const { onFault } = source.options
    const rows = parseCsvRows(bytes, source.path(table), columns, { unique: ['imageId'], ...(onFault && { onFault }) })
    for (const row of rows) {
      const stem = `${subset}_images/${row.values.patientId}/${row.values.imageId}`
      const ending = endings.find((one) => unlisted.delete(`${stem}.${one}`))
      const image = `${stem}.${ending ?? 'dcm'}`
      if (!ending) problems.add('image-missing', `No file ${image}`, table, row.line)
      // The few images of the public test set are rarely there.
      if (ending || subset === 'train') images.push(imageOf(row, image, subset, ending === undefined, problems))
    }
    for (const path of imagesOnly(unlisted)) problems.add('row-missing', `No row of ${table} speaks of ${path}`, path)
  }
  return { images, problems: problems.all }
}

function imageOf(
  { values, cells, line }: CsvRow<typeof columns>,
  image: string,
  subset: 'train' | 'test',
  isMissing: boolean,
  problems: ProblemList,
): DataSetImage {
  const { cancer, density } = values
  const table = `${subset}.csv`
  return dataSetImage({
    image,
    patientId: values.patientId,
    imageId: values.imageId,
    laterality: values.laterality,
    view: values.view,
    age: values.age,
    cancer,
    cancerSource: cancer === null ? '' : 'pathology',
    density: density === null ? null : problems.known(readDensity(density), 'density', density, table, line),
    birads: values.birads,
    machineId: values.machineId,
    implant: values.implant,
    subset,
    set: 'rsna',
    columns: cells,
    table,
    line,
    ...(isMissing && { isMissing }),
  })
}
