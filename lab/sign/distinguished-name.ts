/** A name out of `X509Certificate.subject` or `.issuer`, as RFC 4514 writes it: the last attribute first, in one line of ASCII. */
export function distinguishedName(lines: string): string {
  return lines.split('\n').reverse().map(inAscii).join(',')
}

/** OpenSSL has escaped what RFC 2253 reserves. Section 2.4 of its successor has two digits for every other octet. */
function inAscii(attribute: string): string {
  return attribute.replace(/[^\x20-\x7e]/gu, (character) =>
    [...Buffer.from(character)].map((octet) => `\\${octet.toString(16).padStart(2, '0')}`).join(''),
  )
}
