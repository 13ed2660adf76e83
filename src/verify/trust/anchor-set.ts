/**
 * The set of trust anchors, as the request path uses it. How the pieces meet (all in this folder):
 *
 *   readAnchorSet(text, keys?)      anchor-set.ts  Promise<Fact<AnchorSet, AnchorSetFault>>, `mistakes` beside an invalid one.
 *                                   With `keys` the text must be signed by one of them; without, it is the bundle's own.
 *   anchorsFor(set, {use, chain})   anchor-set.ts  the few anchors that could end the chain's path: hand them to validatePath.
 *   grantedAt(entry, leaf, use)     granted.ts     Fact<Grant, GrantFault>: was the service granted when the leaf was issued.
 *   freshness(set, now)             freshness.ts   fresh, or stale since.
 *   anchorsKeeper(embedded, read)   keeper.ts      as lists.ts: KV in the background, the last good set kept.
 *
 * `entry` of the anchor at a path's end is `anchor.entry` (x509/types.ts; undefined for an anchor that is in no set).
 */
