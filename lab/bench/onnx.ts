/**
 * The scorer's trees as an ONNX model, for onnxruntime to run: one TreeEnsembleRegressor of ai.onnx.ml 3. Written with
 * nothing but the wire format of protocol buffers, because four messages of onnx.proto are all that it takes.
 */
import {
  DEPTH,
  HEADER,
  HEADER_BYTES,
  NODE_BYTES,
  paddedTrees,
  RIGHT_SLOTS,
  VALUE_BYTES,
  valuesOffset,
  wordsBefore,
} from '../../src/score/format.ts'
import { floatOf } from './xgboost-json.ts'

type Bytes = Uint8Array

/** Columns of the trees' nodes, and the leaves' votes. */
interface Columns {
  readonly trees: number[]
  readonly nodes: number[]
  readonly modes: string[]
  readonly features: number[]
  readonly values: number[]
  readonly whenTrue: number[]
  readonly whenFalse: number[]
  readonly missingTrue: number[]
  readonly voteTrees: number[]
  readonly voteNodes: number[]
  readonly voteClasses: number[]
  readonly votes: number[]
}

/** Input `x`, [1, features]; output `y`, [1, classes]: the margins. */
export function onnxOf(blob: Uint8Array): Uint8Array {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
  const [trees, classes, features] = [HEADER.trees, HEADER.classes, HEADER.features].map((at) =>
    view.getUint32(at, true),
  ) as [number, number, number]
  const base = Array.from({ length: classes }, (_, index) =>
    view.getFloat32(HEADER.baseMargins + 4 * index, true),
  )
  const columns = columnsOf(view, trees, classes)
  const node = join([
    text(1, 'x'),
    text(2, 'y'),
    text(4, 'TreeEnsembleRegressor'),
    text(7, 'ai.onnx.ml'),
    ...attributes(columns, classes, base),
  ])
  const graph = join([
    nested(1, node),
    text(2, 'forest'),
    nested(11, tensor('x', features)),
    nested(12, tensor('y', classes)),
  ])
  return join([
    number(1, 8),
    nested(8, join([text(1, 'ai.onnx.ml'), number(2, 3)])),
    nested(8, join([text(1, ''), number(2, 17)])),
    nested(7, graph),
  ])
}

function columnsOf(view: DataView, trees: number, classes: number): Columns {
  const columns: Columns = {
    ...{ trees: [], nodes: [], modes: [], features: [], values: [], whenTrue: [], whenFalse: [] },
    ...{ missingTrue: [], voteTrees: [], voteNodes: [], voteClasses: [], votes: [] },
  }
  for (let tree = 0; tree < trees; tree++) addTree(columns, view, { tree, trees, owner: tree % classes })
  return columns
}

interface Which {
  readonly tree: number
  readonly trees: number
  readonly owner: number
}

/** Without what the blob repeats below a leaf: other engines walk no further than they must. */
function addTree(columns: Columns, view: DataView, { tree, trees, owner }: Which): void {
  const stride = paddedTrees(trees)
  let next = 0
  const valueAt = (level: number, position: number): number => {
    const word = wordsBefore(level, stride) + tree * 2 ** level + position
    return view.getFloat32(valuesOffset(trees) + VALUE_BYTES * word, true)
  }
  const place = (level: number, position: number): number => {
    const node = next++
    const at = HEADER_BYTES + NODE_BYTES * (wordsBefore(level, stride) + tree * 2 ** level + position)
    const [slot, key] = level === DEPTH ? [0, 0] : [view.getUint32(at, true), view.getInt32(at + 4, true)]
    const isLeaf = slot === 0 && key === 0
    const value = isLeaf ? valueAt(level, position) : floatOf(key)
    add(columns, tree, node, isLeaf ? 'LEAF' : 'BRANCH_LT', isLeaf ? 0 : value, slot)
    if (isLeaf) {
      columns.voteTrees.push(tree)
      columns.voteNodes.push(node)
      columns.voteClasses.push(owner)
      columns.votes.push(value)
      return node
    }
    const row = columns.nodes.length - 1
    columns.whenTrue[row] = place(level + 1, 2 * position + 1)
    columns.whenFalse[row] = place(level + 1, 2 * position)
    return node
  }
  place(0, 0)
}

function add(columns: Columns, tree: number, node: number, mode: string, value: number, slot: number): void {
  columns.trees.push(tree)
  columns.nodes.push(node)
  columns.modes.push(mode)
  columns.features.push((slot % RIGHT_SLOTS) / 4)
  columns.values.push(value)
  columns.whenTrue.push(0)
  columns.whenFalse.push(0)
  // Missing counts as below the threshold where the slot is one of the first.
  columns.missingTrue.push(mode === 'LEAF' ? 0 : Number(slot < RIGHT_SLOTS))
}

function attributes(columns: Columns, classes: number, base: readonly number[]): readonly Bytes[] {
  return [
    ints('nodes_treeids', columns.trees),
    ints('nodes_nodeids', columns.nodes),
    ints('nodes_featureids', columns.features),
    strings('nodes_modes', columns.modes),
    floats('nodes_values', columns.values),
    ints('nodes_truenodeids', columns.whenTrue),
    ints('nodes_falsenodeids', columns.whenFalse),
    ints('nodes_missing_value_tracks_true', columns.missingTrue),
    ints('target_treeids', columns.voteTrees),
    ints('target_nodeids', columns.voteNodes),
    ints('target_ids', columns.voteClasses),
    floats('target_weights', columns.votes),
    floats('base_values', base),
    attribute('n_targets', 2, number(3, classes)),
  ]
}

/** AttributeProto: name 1, type 20, and the value in the field that belongs to the type. */
function attribute(name: string, type: number, value: Bytes): Bytes {
  return nested(5, join([text(1, name), value, number(20, type)]))
}

function floats(name: string, values: readonly number[]): Bytes {
  return attribute(name, 6, nested(7, new Uint8Array(Float32Array.from(values).buffer)))
}

function ints(name: string, values: readonly number[]): Bytes {
  return attribute(name, 7, nested(8, join(values.map(varint))))
}

function strings(name: string, values: readonly string[]): Bytes {
  return attribute(name, 8, join(values.map((value) => text(9, value))))
}

/** ValueInfoProto of a float tensor of one row. */
function tensor(name: string, width: number): Bytes {
  const dimension = (size: number): Bytes => nested(1, number(1, size))
  const shape = join([dimension(1), dimension(width)])
  return join([text(1, name), nested(2, nested(1, join([number(1, 1), nested(2, shape)])))])
}

function varint(value: number): Bytes {
  const bytes: number[] = []
  let left = value
  while (left >= 0x80) {
    bytes.push((left % 0x80) | 0x80)
    left = Math.floor(left / 0x80)
  }
  return Uint8Array.from([...bytes, left])
}

function number(field: number, value: number): Bytes {
  return join([varint(8 * field), varint(value)])
}

function nested(field: number, content: Bytes): Bytes {
  return join([varint(8 * field + 2), varint(content.length), content])
}

function text(field: number, content: string): Bytes {
  return nested(field, new TextEncoder().encode(content))
}

function join(parts: readonly Bytes[]): Bytes {
  return new Uint8Array(Buffer.concat(parts))
}
