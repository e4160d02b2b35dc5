/** Storage SOP Classes of what is written (PS3.4 B.5). */
export const comprehensive3dSr = '1.2.840.10008.5.1.4.1.1.88.34'
export const trueColorCapture = '1.2.840.10008.5.1.4.1.1.7.4'
