"""Records an Excel file as openpyxl writes it, and its cells: sheets.xlsx and sheets.json.

python tools/golden/record-sheets.py packages/screening-data/test/fixtures/sheets
"""
import json
import sys
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
book = Workbook()
book.active.title = 'report'
book.active.append(['another sheet'])
sheet = book.create_sheet('all')
rows = [
    ['Image_name', ' Patient_ID ', 'Age', 'BIRADS', 'Share', 'Note'],
    ['P1_L_DM_MLO ', 1, 52, '3$2', 0.5, 'a & b < "c"'],
    [None, None, None, None, None, None],
    ['P2_R_CM_CC', 2, None, 4, 0.125, 'é 乳\nline'],
    ['P3_R_DM_CC', 3, 61.5, '4a', 123456789012345, CellRichText('plain ', TextBlock(InlineFont(b=True), 'bold'))],
]
for row in rows:
    sheet.append(row)
sheet.merge_cells('A7:B7')
book.save(folder / 'sheets.xlsx')
cells = [
    {'line': at + 1, 'cells': ['' if cell is None else str(cell) for cell in row]}
    for at, row in enumerate(rows)
    if any(cell is not None for cell in row)
]
(folder / 'sheets.json').write_text(json.dumps(cells, ensure_ascii=False) + '\n', encoding='utf-8')
