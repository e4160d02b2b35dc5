import { type Html, html } from '@mammokit/html-page'

const terms: readonly (readonly [string, string])[] = [
  [
    'Breast',
    'the unit of every figure where nothing else is said: a patient and a side, with the views that were taken of it',
  ],
  [
    'Probability',
    'what the network gives an image, 0 to 1; that of a breast is made of those of its images. Before calibration it ranks, and need not be a frequency',
  ],
  ['Threshold', 'a breast at or above it is called suspicious; chosen on the validation set'],
  ['Sensitivity', 'share of the breasts with cancer that are called'],
  ['Specificity', 'share of the healthy breasts that are not called'],
  [
    'ROC area',
    'chance that a breast with cancer has a higher probability than a healthy one; 0.5 is guessing, whatever the share of cancers',
  ],
  ['Average precision', 'mean of the share of right calls over all sensitivities; guessing has the share of cancers'],
  ['F1', 'harmonic mean of sensitivity and positive predictive value'],
  ['Probabilistic F1 (pF1)', "the RSNA competition's score: F1 with probabilities in the place of calls"],
  [
    'Positive and negative predictive value',
    'share of the called breasts with cancer, and of the others without; they change with the share of cancers',
  ],
  ['Recall rate', 'patients who are called, of 1,000; detection rate: those who are called and have cancer'],
  ['Log loss, Brier score', 'how wrong the probabilities are, each case by itself; lower is better'],
  [
    'Calibration',
    'whether of breasts with a probability of 0.2 one in five has cancer; slope 1 and intercept 0 are right',
  ],
  [
    'Calibration error',
    'mean gap between probability and frequency over ten bins; above 0 by chance alone, so its expectation stands beside it',
  ],
  [
    'Net benefit',
    'cancers found per breast, less false alarms, each at the odds of the probability at which one would call',
  ],
  [
    '95 % interval',
    'what the figure may be in other patients from where these are from; the breasts of a patient count as dependent. Where it is wide, little is known',
  ],
  [
    'Heatmap',
    "class activation map: how much each part of the image raises the network's answer; coarse, and no outline of a lesion",
  ],
]

/** A line for each word of the page that has a meaning of its own. */
export function glossarySection(): Html {
  return html`<section>
    <h2>What the words mean</h2>
    <dl class="glossary">${terms.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>
  </section>`
}
