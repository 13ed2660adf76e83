/**
 * Some tests are worth nothing against a stand-in: they need the real curl, the real browser, the material beside the
 * checkout. Where that is absent they skip, visibly; in CI, where `.ci/run` has installed it all, they fail.
 * Use: `describe.runIf(requireReal('curl', found))('...', ...)`.
 */
export function requireReal(name: string, present: boolean): boolean {
  if (!present && process.env.CI) throw new Error(`Cannot test without ${name}: absent, and CI must have it`)
  return present
}
