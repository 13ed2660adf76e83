/** For what is public; secrets are compared by `equalSecrets`. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((octet, at) => octet === right[at])
}
