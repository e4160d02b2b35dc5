/**
 * RSNA Screening Mammography Breast Cancer Detection (2022): 54,706 DICOM images of 11,913 patients, 1,158 with cancer; 314 GB.
 *
 * `train.csv` with `train_images/<patient_id>/<image_id>.dcm`, or pictures with the same names; `test.csv` has no cancer.
 * License: the competition's rules (non-commercial, no redistribution). From https://www.kaggle.com/competitions/rsna-breast-cancer-detection.
 * Carr et al., "RSNA Screening Mammography Breast Cancer Detection", Kaggle 2022.
 */
import { readdir } from 'node:fs/promises'
import { readInputFile } from '@mammokit/atomic-files'
import { optionalColumn, parseCsvRows } from '@mammokit/strict-csv'
import { type DataSetImage, type DataSetProblem, dataSetImage } from '../data-set/data-set-image.ts'
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
  looksFor: 'train.csv',
  matches: async (source) => source.has('train.csv'),
  read: readRsna,
}

async function readRsna(source: SourceFolder) {
  const images: DataSetImage[] = []
  const problems: DataSetProblem[] = []
  const table = 'train.csv'
  const bytes = await readInputFile(source.path(table), 'Check the path.')
  const names = new Map<string, ReadonlySet<string>>()
  for (const { values, cells, line } of parseCsvRows(bytes, source.path(table), columns, { unique: ['imageId'] })) {
    const { patientId, imageId, cancer, density } = values
    const folder = `train_images/${patientId}`
    const present = names.get(folder) ?? new Set(await readdir(source.path(folder)).catch(() => []))
    names.set(folder, present)
    const ending = endings.find((one) => present.has(`${imageId}.${one}`))
    const image = `${folder}/${imageId}.${ending ?? 'dcm'}`
    if (!ending) {
      problems.push({ code: 'image-missing', message: `No file ${image}`, path: table, line })
    }
    const letter = /^[A-D]$/.exec(density ?? '')?.[0] as DataSetImage['density'] | undefined
    if (density !== null && !letter) {
      problems.push({ code: 'unknown-value', message: `density ${JSON.stringify(density)}`, path: table, line })
    }
    images.push(
      dataSetImage({
        image,
        patientId,
        imageId,
        laterality: values.laterality,
        view: values.view,
        age: values.age,
        cancer,
        cancerSource: cancer === null ? '' : 'pathology',
        density: letter ?? null,
        birads: values.birads,
        machineId: values.machineId,
        implant: values.implant,
        set: 'rsna',
        columns: cells,
        table,
        line,
        ...(!ending && { isMissing: true }),
      }),
    )
  }
  return { images, problems }
}
