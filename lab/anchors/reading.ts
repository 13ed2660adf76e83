/** Where lists come from: the network, or a folder of files. Files are found by what they are, not by what they are called. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fetchList } from '../../src/verify/trust/list/fetch-list.ts'
import { MAX_LIST_BYTES } from '../../src/verify/trust/list/xml.ts'

export interface Reading {
  /** The list of the lists, or a pivot of it. */
  byUrl(url: string): Promise<Uint8Array | string>
  /** A state's list: bytes, or why there are none. */
  ofTerritory(territory: string, url: string): Promise<Uint8Array | string>
}

const LIMITS = { maxBytes: MAX_LIST_BYTES, timeoutMs: 60_000 }

export function readingFrom(folder: string | undefined): Reading {
  return folder === undefined ? fromNetwork() : fromFolder(folder)
}

function fromNetwork(): Reading {
  const byUrl = async (url: string) => {
    if (!/^[a-z]+:\/\//.test(url)) return readFile(url)
    const fetched = await fetchList(url, fetch, LIMITS)
    return fetched.ok ? fetched.bytes : fetched.reason
  }
  return { byUrl, ofTerritory: (_territory, url) => byUrl(url) }
}

function fromFolder(folder: string): Reading {
  const files = readdirSync(folder).filter((name) => /\.(xml|xtsl)$/i.test(name))
  return {
    byUrl: async (url) => {
      if (!/^[a-z]+:\/\//.test(url)) return readFile(url)
      const name = basename(new URL(url).pathname)
      return files.includes(name) ? readFile(join(folder, name)) : 'no_such_file'
    },
    ofTerritory: async (territory) => {
      // A list's own territory is the first that it names. The signature says later whether that is true.
      const found = files.find((name) => territoryIn(join(folder, name)) === territory)
      return found === undefined ? 'no_such_file' : readFile(join(folder, found))
    },
  }
}

function territoryIn(path: string): string | undefined {
  return /<(?:\w+:)?SchemeTerritory>\s*([A-Z]{2})\s*</.exec(readFileSync(path, 'utf8'))?.[1]
}

function readFile(path: string): Uint8Array | string {
  try {
    return new Uint8Array(readFileSync(path))
  } catch {
    return 'no_such_file'
  }
}
