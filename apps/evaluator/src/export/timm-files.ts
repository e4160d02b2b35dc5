/** A checkpoint for timm: its weights have timm's names already; this says which network they are of, and how to run it. */
import { encodeSafetensors } from '@mammokit/safetensors'
import { defaultConfig, type SeResNeXtConfig, type StateDict } from '@mammokit/seresnext'
import type { RunConfig } from '@mammokit/training-run'
import { EvaluatorError } from '../evaluator-error.ts'

export interface TimmFiles {
  readonly 'model.safetensors': Uint8Array
  readonly 'config.json': string
  readonly 'example.py': string
}

/**
 * The three files of a folder from which timm builds the network.
 *
 * @throws EvaluatorError `not-in-timm` for a network that timm's ResNet does not have
 */
export function timmFiles(config: RunConfig, weights: StateDict): TimmFiles {
  const { height, width, mean, std } = config.image
  const described = {
    architecture: 'timm.models.resnet.ResNet',
    block: 'Bottleneck',
    model_args: timmArguments({ ...defaultConfig, ...config.model }),
    image: { height, width, mean, std, values: 'gray values of 16 bits / 65535' },
    preprocess_hash: config.preprocessHash,
  }
  return {
    'model.safetensors': encodeSafetensors(weights, { format: 'pt' }),
    'config.json': `${JSON.stringify(described, null, 2)}\n`,
    'example.py': example,
  }
}

/** Keyword arguments of timm 1.0's ResNet. */
function timmArguments(model: SeResNeXtConfig): Record<string, unknown> {
  const refuse = (what: string): never => {
    throw new EvaluatorError(
      'not-in-timm',
      `Expected a network that timm's ResNet has for --timm but received one with ${what}. Export to ONNX alone.`,
      { what },
    )
  }
  const { family, antiAlias, globalPool, inputNormalization, layers, stemType, stemWidth, seReduction, seDivisor } =
    model
  const isFused = (model as { readonly fusion?: unknown }).fusion != null
  if (isFused) refuse('a fusion of the views of a breast')
  if (family !== 'resnet') refuse('the legacy family')
  if (antiAlias !== 'none') refuse(`${antiAlias} pooling in place of strides`)
  if (inputNormalization !== null) refuse('a normalization of its input')
  if (globalPool === 'gem') refuse('generalized-mean pooling')
  if (typeof globalPool !== 'string') refuse('a pool of the highest places')
  if (layers.length !== 4) refuse(`${layers.length} stages, where timm's has 4`)
  if (stemType === 'plain' && stemWidth !== 64) refuse(`a plain stem of ${stemWidth} channels, where timm's has 64`)
  if (seReduction !== 16 || seDivisor !== 8) refuse('its own squeeze-and-excitation ratio')
  return {
    layers: model.layers,
    channels: model.channels,
    cardinality: model.cardinality,
    base_width: model.baseWidth,
    stem_type: stemType === 'plain' ? '' : stemType,
    stem_width: stemWidth,
    avg_down: model.avgDown,
    in_chans: model.inChannels,
    num_classes: model.numClasses,
    global_pool: globalPool,
    ...(model.squeezeExcite && { block_args: { attn_layer: 'se' } }),
  }
}

const example = `import json, sys
import numpy as np, torch
from safetensors.torch import load_file
from timm.models.resnet import Bottleneck, ResNet

config = json.load(open('config.json'))
model = ResNet(Bottleneck, **config['model_args']).eval()
model.load_state_dict(load_file('model.safetensors'))
gray = torch.from_numpy(np.load(sys.argv[1]).astype(np.float32) / 65535)  # uint16 [N, height, width], as extract-rois makes them
images = ((gray - config['image']['mean']) / config['image']['std'])[:, None]
print(json.dumps(torch.sigmoid(model(images))[:, 0].tolist()))
`
