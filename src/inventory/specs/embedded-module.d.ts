/** Made at build time (`lab/specs/module.ts`), and so not there when types are checked on a fresh checkout. */
declare module '*/dist/specifications.js' {
  export const specification: import('../types.ts').CompiledSpecification
}
