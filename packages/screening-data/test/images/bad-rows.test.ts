import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { readDataSet } from '../../src/index.ts'
import { writeSet } from '../adapters/write-set.ts'
import { writeXlsx } from '../adapters/write-xlsx.ts'

const lines = (...all: string[]) => `${all.join('\n')}\n`
const cbis = 'Mass-Training_P_00001_LEFT_CC'
const vindrHeader =
  'study_id,series_id,image_id,laterality,view_position,height,width,breast_birads,breast_density,split'

/** A miniature of each set with a table in text, each table with a row that cannot be read on its second line, and one image that is listed below. */
const sets: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>> = {
  rsna: {
    'train.csv': lines('patient_id,image_id,laterality,view,cancer', '1,7,L,CC,maybe', '1,8,L,CC,1'),
    'train_images/1/8.dcm': '',
  },
  'cbis-ddsm': {
    'mass_case_description_train_set.csv': lines(
      'patient_id,left or right breast,image view,assessment,pathology,image file path',
      'P_00001,LEFT',
      `P_00001,LEFT,CC,4,BENIGN,${cbis}/1.2/1.3/000000.dcm`,
    ),
    [`CBIS-DDSM/${cbis}/1/1-1.dcm`]: '',
  },
  'vindr-mammo': {
    'breast-level_annotations.csv': lines(vindrHeader, 's,t,u,L', 's,t,v,L,CC,9,9,BI-RADS 2,DENSITY B,training'),
    'finding_annotations.csv': lines('image_id,finding_categories,xmin,ymin,xmax,ymax', 'v', `v,"['Mass']",1,2,3,4`),
    'metadata.csv': lines("SOP Instance UID,Patient's Age", 'v', 'v,061Y'),
    'images/s/v.dicom': '',
  },
  inbreast: {
    'INbreast.csv': lines('Laterality;View;File Name;ACR;Bi-Rads', 'L;CC', 'L;CC;22678622;2;4a'),
    'AllDICOMs/22678622_61b13c59bcba149e_MG_L_CC_ANON.dcm': '',
  },
  'cdd-cesm': {
    'Radiology-manual-annotations.xlsx': writeXlsx({
      all: [
        [
          'Image_name,Patient_ID,Side,Type,Age,Breast density (ACR),BIRADS,View',
          'Pathology Classification/ Follow up',
        ].flatMap((names) => names.split(/,/)),
        ['P1_L_DM_CC', 1, 'L', 'DM', 50, 'B', '2', 'CC', 'Benign'],
      ],
    }),
    'Radiology_hand_drawn_segmentations_v2.csv': lines(
      '#filename,region_shape_attributes',
      'P1_L_DM_CC.jpg',
      'P1_L_DM_CC.jpg,"{""name"":""circle"",""cx"":5,""cy"":5,""r"":1}"',
    ),
    'P1_L_DM_CC.jpg': '',
  },
  embed: {
    'EMBED_OpenData_metadata.csv': lines(
      'empi_anon,acc_anon,anon_dicom_path,FinalImageType,ImageLateralityFinal,ViewPosition',
      '1,2,3',
      '1,2,a/b.dcm,2D,L,CC',
    ),
    'EMBED_OpenData_clinical.csv': lines('empi_anon,acc_anon,side,asses,tissueden,path_severity', '1,2', '1,2,L,N,2,'),
    'a/b.dcm': '',
  },
  folder: {
    'images.csv': lines('image,patient,cancer', '../a.png,P1,0', 'a.png,P1,1'),
    'a.png': '',
  },
}

test.each(Object.keys(sets))(
  'a row of %s that cannot be read is told of and left out, else it is an error',
  async (set) => {
    const root = await writeSet(sets[set]!)
    const told: string[] = []
    const onFault = ({ details: { path, line } }: { details: { path?: string; line?: number } }) =>
      told.push(`${relative(root, path ?? '')}:${line}`)
    const { set: name, images } = await readDataSet(root, { onFault })
    expect(name).toBe(set)
    expect(images).toHaveLength(1)
    const tables = Object.keys(sets[set]!).filter((file) => file.endsWith('.csv'))
    expect(told.sort()).toEqual(tables.map((table) => `${table}:2`).sort())
    await expect(readDataSet(root)).rejects.toMatchObject({ name: 'CsvError', details: { line: 2 } })
  },
)

test('a row with wrong quotes is one of them', async () => {
  const root = await writeSet({
    'INbreast.csv': lines('Laterality;View;File Name;ACR;Bi-Rads', 'L;5" CC;1;2;4a', 'L;CC;22678622;"2";4a'),
    'AllDICOMs/22678622_61b13c59bcba149e_MG_L_CC_ANON.dcm': '',
  })
  const told: unknown[] = []
  const { images } = await readDataSet(root, { onFault: ({ code, details }) => told.push([code, details.line]) })
  expect([images.length, told]).toEqual([1, [['malformed-csv', 2]]])
})

test('of images.csv every kind of row that cannot be used is left out', async () => {
  const root = await writeSet({
    'images.csv': lines(
      'image,image_id,patient,cancer',
      ...['a.png,1,P1,0', 'b.png,1,P1,0', 'a.png,2,P1,0', '/c.png,3,P1,0', 'd.png,4,P1,2', 'e.png,5', 'f.png,6,P1,1'],
    ),
  })
  const told: unknown[] = []
  const { images } = await readDataSet(root, { onFault: ({ code, details }) => told.push([code, details.line]) })
  expect(images.map(({ image }) => image)).toEqual(['a.png', 'f.png'])
  expect(told.sort((a, b) => (a as number[])[1]! - (b as number[])[1]!)).toEqual([
    ['duplicate-value', 3],
    ['duplicate-value', 4],
    ['bad-value', 5],
    ['bad-value', 6],
    ['malformed-csv', 7],
  ])
  await expect(readDataSet(join(root, '.'))).rejects.toMatchObject({ name: 'CsvError' })
})
