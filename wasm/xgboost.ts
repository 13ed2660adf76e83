/** Reads the JSON that XGBoost's `save_model` writes, and refuses whatever the scorer would compute differently. */
import * as v from 'valibot'
import { MAX_CLASSES, MAX_FEATURES, MAX_TREES, MAX_VALUE } from '../src/score/format.ts'

/** Versions whose margins this project has compared bit for bit (test/lab/scorer-xgboost.test.ts). */
const VERSIONS: readonly string[] = ['1.7.4']

const numbers = v.array(v.number())
/** XGBoost writes its parameters as strings. */
const numeral = v.pipe(v.string(), v.toNumber(), v.finite())

const Tree = v.object({
  left_children: numbers,
  right_children: numbers,
  split_indices: numbers,
  split_conditions: numbers,
  split_type: numbers,
  default_left: v.array(v.union([v.number(), v.boolean()])),
  sum_hessian: numbers,
})

const Trees = v.object({
  gbtree_model_param: v.object({ num_parallel_tree: numeral }),
  tree_info: numbers,
  trees: v.array(Tree),
})

const Model = v.object({
  version: numbers,
  learner: v.object({
    feature_names: v.optional(v.array(v.string()), []),
    learner_model_param: v.object({
      base_score: numeral,
      num_class: numeral,
      num_feature: numeral,
      num_target: v.optional(numeral, '1'),
    }),
    objective: v.object({ name: v.string() }),
    gradient_booster: v.object({
      name: v.literal('gbtree'),
      model: Trees,
    }),
  }),
})

export type XgboostTree = v.InferOutput<typeof Tree>

export interface XgboostForest {
  readonly trees: readonly XgboostTree[]
  readonly classes: number
  readonly features: number
  /** Empty when the model does not know its features' names. */
  readonly featureNames: readonly string[]
  /** Margin of every class before the first tree, in f32. */
  readonly baseMargin: number
}

/** How many margins an objective has, and where they start. */
interface Objective {
  classes(count: number): number
  baseMargin(baseScore: number): number
}

const OBJECTIVES: ReadonlyMap<string, Objective> = new Map<string, Objective>([
  ['multi:softprob', { classes: (count) => count, baseMargin: Math.fround }],
  ['multi:softmax', { classes: (count) => count, baseMargin: Math.fround }],
  // XGBoost keeps base_score as a probability here.
  ['binary:logistic', { classes: () => 1, baseMargin: logit }],
])

/** Throws with a sentence that says what is not supported. */
export function readXgboost(json: unknown): XgboostForest {
  const parsed = v.safeParse(Model, json)
  if (!parsed.success) throw refusal(v.summarize(parsed.issues))
  const { version, learner } = parsed.output
  const { learner_model_param: parameters, objective, gradient_booster } = learner
  demand(VERSIONS.includes(version.join('.')), `written by XGBoost ${version.join('.')}, not ${VERSIONS}`)
  const kind = OBJECTIVES.get(objective.name)
  if (kind === undefined) throw refusal(`objective ${objective.name}, not ${[...OBJECTIVES.keys()]}`)
  const classes = kind.classes(parameters.num_class)
  demand(classes >= 1 && classes <= MAX_CLASSES, `${classes} classes, ${MAX_CLASSES} at most`)
  demand(parameters.num_target === 1, 'more than one target')
  const features = parameters.num_feature
  demand(features >= 1 && features <= MAX_FEATURES, `${features} features, ${MAX_FEATURES} at most`)
  const baseMargin = kind.baseMargin(parameters.base_score)
  demand(Math.abs(baseMargin) <= MAX_VALUE, `a base margin of ${baseMargin}`)
  const trees = readTrees(gradient_booster.model, classes)
  return { trees, classes, features, featureNames: learner.feature_names, baseMargin }
}

/** Whole rounds, one tree for each class in each. */
function readTrees(model: v.InferOutput<typeof Trees>, classes: number): readonly XgboostTree[] {
  const { trees, tree_info: owners, gbtree_model_param } = model
  demand(gbtree_model_param.num_parallel_tree === 1, 'parallel trees')
  demand(trees.length >= 1 && trees.length <= MAX_TREES, `${trees.length} trees, ${MAX_TREES} at most`)
  demand(trees.length % classes === 0, 'an unfinished round of trees')
  const inOrder = owners.length === trees.length && owners.every((owner, index) => owner === index % classes)
  demand(inOrder, 'trees out of the order of their classes')
  return trees
}

/** XGBoost's `ProbToMargin`, in f32. */
function logit(probability: number): number {
  const odds = Math.fround(Math.fround(1 / Math.fround(probability)) - 1)
  return Math.fround(-Math.log(odds))
}

export function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw refusal(otherwise)
}

function refusal(what: string): Error {
  return new Error(`Cannot pack model: ${what}`)
}
