/*
 * A generic interpreter of boosted trees, six levels deep. The model is data that the host puts into memory
 * (FORMAT.md); nothing here allocates, and the memory never grows.
 *
 * A step down a tree is one load of a node, one load of a feature and one comparison, without a branch: a branch on
 * a client's features is mispredicted half the time. Eight trees go down side by side, so that their loads overlap.
 * The words of one level lie together, trees side by side: a child's index is then twice its parent's plus the
 * comparison, in whichever tree, and needs no address of its tree.
 */
import {
  BASE_MARGINS, CONTRIBUTIONS, EXITS, INPUT, KEYS, KEYS_RIGHT, LEAVES, MARGINS, MAX_TREES,
  NODES, NODES_1, NODES_2, NODES_3, NODES_4, NODES_5, TERMS, VALUES,
} from './layout'

export { BASE_MARGINS, CONTRIBUTIONS, INPUT, MARGINS, MAX_CLASSES, MAX_FEATURES, MAX_TREES, NODES, VALUES } from './layout'

/** Keys of the infinities. A missing feature takes one of them: no threshold lies beyond. */
const KEY_BELOW: i32 = 0x807fffff
const KEY_ABOVE: i32 = 0x7f800000

/** Bound on leaves, means and base margins: no sum of them overflows, so no probability becomes NaN. */
const MAX_VALUE: f32 = 1048576

let trees: u32 = 0
let classes: u32 = 0
let features: u32 = 0

/**
 * Checks every word of the model in memory, and takes the model into use when all are sound. Slots act as addresses:
 * a blob with the right hash is still somebody's input. The counts are the host's to check.
 * Returns 0, or 1 when a node is refused and 2 when a value is.
 */
export function admit(treeCount: u32, classCount: u32, featureCount: u32): u32 {
  const stride: u32 = (treeCount + 7) & ~7
  for (let level: u32 = 0; level < 6; level++) {
    const end: usize = nodesAt(level) + ((8 * stride) << level)
    for (let at = nodesAt(level); at < end; at += 8) {
      if (!isSoundNode(load<u32>(at), load<i32>(at, 4), featureCount)) return 1
    }
  }
  for (let level: u32 = 0; level < 7; level++) {
    if (!areSoundValues(valuesAt(level), stride << level)) return 2
  }
  if (!areSoundValues(BASE_MARGINS, classCount)) return 2
  trees = treeCount
  classes = classCount
  features = featureCount
  return 0
}

/** Margins of all classes for the features at INPUT. */
export function score(): void {
  makeKeys()
  descend(trees)
  sumTerms()
}

/**
 * Writes what each feature added to the margin of one class in the last `score`, and returns the bias: along each
 * path the expected value changes from node to node, and the feature asked at a node is credited with the change
 * (Saabas; XGBoost's `approx_contribs`).
 */
export function explain(classIndex: u32): f32 {
  memory.fill(CONTRIBUTIONS, 0, 4 * features)
  let bias: f32 = 0
  for (let tree = classIndex; tree < trees; tree += classes) {
    const leaf = load<u32>(4 * tree, EXITS) >> 2
    const root = load<f32>(4 * (leaf >> 6), VALUES)
    bias += root
    let expected = credit(root, leaf, 0)
    expected = credit(expected, leaf, 1)
    expected = credit(expected, leaf, 2)
    expected = credit(expected, leaf, 3)
    expected = credit(expected, leaf, 4)
    credit(expected, leaf, 5)
  }
  return bias + load<f32>(4 * classIndex, BASE_MARGINS)
}

/** Credits the feature asked at a level of the path to `leaf` with the change to the value below, which it returns. */
@inline
function credit(expected: f32, leaf: u32, level: u32): f32 {
  const slot = load<u32>(nodesAt(level) + 8 * (leaf >> (6 - level)))
  const next = load<f32>(valuesAt(level + 1) + 4 * (leaf >> (5 - level)))
  const feature = <usize>slot & (KEYS_RIGHT - KEYS - 1)
  store<f32>(feature, load<f32>(feature, CONTRIBUTIONS) + (next - expected), CONTRIBUTIONS)
  return next
}

@inline
function nodesAt(level: u32): usize {
  return NODES + 8 * MAX_TREES * ((1 << level) - 1)
}

@inline
function valuesAt(level: u32): usize {
  return VALUES + 4 * MAX_TREES * ((1 << level) - 1)
}

@inline
function isSoundNode(slot: u32, key: i32, featureCount: u32): bool {
  const inKeys = slot < 4 * featureCount || slot - <u32>(KEYS_RIGHT - KEYS) < 4 * featureCount
  return inKeys && (slot & 3) == 0 && key > KEY_BELOW && key < KEY_ABOVE
}

function areSoundValues(start: usize, count: u32): bool {
  const end = start + 4 * count
  for (let at = start; at < end; at += 4) {
    // False for NaN as well.
    if (!(Mathf.abs(load<f32>(at)) <= MAX_VALUE)) return false
  }
  return true
}

/**
 * Integers in the order of the floats: a comparison of integers is exact, and cheaper than one of floats. Adding zero
 * makes +0 of -0, which are equal as floats. NaN becomes the key that goes left, and the key that goes right.
 */
function makeKeys(): void {
  for (let at: usize = 0; at < 4 * features; at += 16) {
    const raw = v128.load(at, INPUT)
    const present = f32x4.eq(raw, raw)
    const bits = f32x4.add(raw, f32x4.splat(0))
    const key = v128.xor(bits, i32x4.shr_u(i32x4.shr_s(bits, 31), 1))
    v128.store(at, v128.bitselect(key, i32x4.splat(KEY_BELOW), present), KEYS)
    v128.store(at, v128.bitselect(key, i32x4.splat(KEY_ABOVE), present), KEYS_RIGHT)
  }
}

/** 1 when the feature that a node asks for lies below its threshold. Both halves of the node came in one load. */
@inline
function below(node: u64): u32 {
  return u32(load<i32>(<u32>node, KEYS) < i32(node >> 32))
}

/** The child, from the offset of a node in its level to the offset in the next: of 8 bytes a word ... */
@inline
function down(at: u32, node: u64): u32 {
  return (at << 1) + (below(node) << 3)
}

/** ... and of 4, where the next level is the leaves. */
@inline
function out(at: u32, node: u64): u32 {
  return at + (below(node) << 2)
}

@inline
function finish(tree: u32, leaf: u32): void {
  store<u32>(4 * tree, leaf, EXITS)
  store<f32>(4 * tree, load<f32>(leaf, LEAVES), TERMS)
}

/**
 * Eight trees at a time, level by level; `a` to `h` are the offsets of their nodes in the level. A function of its own
 * with the loop in it: among the code of `score` the engine runs out of registers, and takes half as long again.
 */
function descend(count: u32): void {
  for (let tree: u32 = 0; tree < count; tree += 8) {
    let a = tree * 8, b = a + 8, c = a + 16, d = a + 24, e = a + 32, f = a + 40, g = a + 48, h = a + 56
    a = down(a, load<u64>(a, NODES)); b = down(b, load<u64>(b, NODES))
    c = down(c, load<u64>(c, NODES)); d = down(d, load<u64>(d, NODES))
    e = down(e, load<u64>(e, NODES)); f = down(f, load<u64>(f, NODES))
    g = down(g, load<u64>(g, NODES)); h = down(h, load<u64>(h, NODES))
    a = down(a, load<u64>(a, NODES_1)); b = down(b, load<u64>(b, NODES_1))
    c = down(c, load<u64>(c, NODES_1)); d = down(d, load<u64>(d, NODES_1))
    e = down(e, load<u64>(e, NODES_1)); f = down(f, load<u64>(f, NODES_1))
    g = down(g, load<u64>(g, NODES_1)); h = down(h, load<u64>(h, NODES_1))
    a = down(a, load<u64>(a, NODES_2)); b = down(b, load<u64>(b, NODES_2))
    c = down(c, load<u64>(c, NODES_2)); d = down(d, load<u64>(d, NODES_2))
    e = down(e, load<u64>(e, NODES_2)); f = down(f, load<u64>(f, NODES_2))
    g = down(g, load<u64>(g, NODES_2)); h = down(h, load<u64>(h, NODES_2))
    a = down(a, load<u64>(a, NODES_3)); b = down(b, load<u64>(b, NODES_3))
    c = down(c, load<u64>(c, NODES_3)); d = down(d, load<u64>(d, NODES_3))
    e = down(e, load<u64>(e, NODES_3)); f = down(f, load<u64>(f, NODES_3))
    g = down(g, load<u64>(g, NODES_3)); h = down(h, load<u64>(h, NODES_3))
    a = down(a, load<u64>(a, NODES_4)); b = down(b, load<u64>(b, NODES_4))
    c = down(c, load<u64>(c, NODES_4)); d = down(d, load<u64>(d, NODES_4))
    e = down(e, load<u64>(e, NODES_4)); f = down(f, load<u64>(f, NODES_4))
    g = down(g, load<u64>(g, NODES_4)); h = down(h, load<u64>(h, NODES_4))
    a = out(a, load<u64>(a, NODES_5)); b = out(b, load<u64>(b, NODES_5))
    c = out(c, load<u64>(c, NODES_5)); d = out(d, load<u64>(d, NODES_5))
    e = out(e, load<u64>(e, NODES_5)); f = out(f, load<u64>(f, NODES_5))
    g = out(g, load<u64>(g, NODES_5)); h = out(h, load<u64>(h, NODES_5))
    finish(tree, a); finish(tree + 1, b); finish(tree + 2, c); finish(tree + 3, d)
    finish(tree + 4, e); finish(tree + 5, f); finish(tree + 6, g); finish(tree + 7, h)
  }
}

/**
 * Adds each class's terms to its base margin in tree order and in f32, as XGBoost does: the sums agree to the bit.
 * Four classes at a time; lanes beyond the last class add up words that nobody reads.
 */
function sumTerms(): void {
  const round: usize = 4 * classes
  for (let lane: usize = 0; lane < round; lane += 16) {
    let sum = v128.load(lane, BASE_MARGINS)
    const end: usize = 4 * trees + lane
    for (let at = lane; at < end; at += round) sum = f32x4.add(sum, v128.load(at, TERMS))
    v128.store(lane, sum, MARGINS)
  }
}
