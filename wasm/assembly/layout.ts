/*
 * Where everything lies in the scorer's memory, in bytes. All addresses are constants, so that a load carries its
 * own as an immediate and nothing is added at run time. The host reads them from the module's exports.
 */

/** Fixed: node addresses count on them, and so does the memory (asconfig.json: 33 pages, never more or fewer). */
export const MAX_TREES: u32 = 2048
export const MAX_FEATURES: u32 = 256
export const MAX_CLASSES: u32 = 24

/** Features as the host writes them: f32, NaN where missing. */
export const INPUT: usize = 0
/** The features as integers in the order of the floats; a missing one lies below every threshold here ... */
export const KEYS: usize = INPUT + 4 * MAX_FEATURES
/** ... and above every threshold here. A node's slot names the one or the other. */
export const KEYS_RIGHT: usize = KEYS + 4 * MAX_FEATURES
export const MARGINS: usize = KEYS_RIGHT + 4 * MAX_FEATURES
export const BASE_MARGINS: usize = MARGINS + 4 * MAX_CLASSES
export const CONTRIBUTIONS: usize = BASE_MARGINS + 4 * MAX_CLASSES
/** What each tree added in the last `score`, in tree order. Read past its end by up to one vector. */
export const TERMS: usize = CONTRIBUTIONS + 4 * MAX_FEATURES
/** Where each tree ended in the last `score`: offset of its leaf among the leaves. */
export const EXITS: usize = TERMS + 4 * MAX_TREES + 16

/** Nodes by level, the roots first; in a level tree by tree. */
export const NODES: usize = 0x10000
export const NODES_1: usize = NODES + 8 * MAX_TREES
export const NODES_2: usize = NODES + 8 * MAX_TREES * 3
export const NODES_3: usize = NODES + 8 * MAX_TREES * 7
export const NODES_4: usize = NODES + 8 * MAX_TREES * 15
export const NODES_5: usize = NODES + 8 * MAX_TREES * 31
/** Expected values in the same order; their last level, the seventh, is the leaves. */
export const VALUES: usize = NODES + 8 * MAX_TREES * 63
export const LEAVES: usize = VALUES + 4 * MAX_TREES * 63
