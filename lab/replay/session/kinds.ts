/** What kind of thing a request asks for, as far as its line tells: no site's paths are known here. */

export type Kind =
  | 'page' // what people navigate to
  | 'asset' // what a browser fetches for a page, unasked
  | 'icon' // favicon and touch icons: browsers alone ask for them
  | 'data' // what a page's script or a program asks for
  | 'file' // a document to keep
  | 'robots' // addressed to machines by its standard
  | 'feed' // for machines too, and often on a person's behalf
  | 'probe' // a hole that this site most likely does not have
  | 'malformed' // no request line at all
  | 'idle' // a connection that was opened ahead and never used: browsers do that, and servers log it with 408

const EXTENSIONS: Readonly<Record<Extract<Kind, 'asset' | 'data' | 'file' | 'feed'>, string>> = {
  asset:
    'css js mjs map png jpg jpeg gif webp avif svg bmp ico cur woff woff2 ttf otf eot mp4 webm mp3 ogg wav m4a swf',
  data: 'json xml jsonp graphql wasm txt',
  file: 'pdf zip gz tar tgz bz2 7z rar doc docx xls xlsx ppt pptx csv exe msi dmg iso apk rpm deb epub ps',
  feed: 'rss atom rdf',
}

const BY_EXTENSION: ReadonlyMap<string, Kind> = new Map(
  Object.entries(EXTENSIONS).flatMap(([kind, names]) =>
    // Keys of a literal of our own.
    names.split(' ').map((name) => [name, kind as Kind] as const),
  ),
)

/** Names that scanners try everywhere (RFC 9309 is robots.txt). A site that really has one of them answers it with success. */
const PROBE =
  /\/\.(?:env|git|svn|hg|aws|ssh|htaccess|htpasswd|ds_store|vscode)\b|\/(?:cgi-bin|phpmyadmin|pma|myadmin|mysqladmin|boaform|hnap1|actuator|solr|manager\/html|vendor\/phpunit|eval-stdin|owa\/auth|autodiscover|_ignition|telescope|setup\.cgi|shell|wlwmanifest\.xml|xmlrpc\.php|wp-config|adminer|druid\/index|geoserver|console\/login)\b|\.\.[/\\]|%2e%2e|\/etc\/passwd|<script|%3cscript|union(?:\+|%20|\s)+(?:all(?:\+|%20|\s)+)?select|\$\{jndi|\bsleep\(\d|\.(?:bak|sql|old|swp)$/i
const ROBOTS = /^\/(?:robots\.txt|sitemap[^/]*\.xml(?:\.gz)?|humans\.txt|ads\.txt|llms\.txt)$/i
const ICON =
  /\/(?:favicon\.(?:ico|png|svg)|apple-touch-icon[^/]*\.png|browserconfig\.xml|site\.webmanifest)$/i
const FEED = /\/(?:feed|rss|atom)(?:\/|\.xml)?$/i
const DATA = /\/(?:api|graphql|rest|rpc|ajax)(?:\/|$)|\/v\d+(?:\.\d+)?\//i

/** @param path without its query */
export function kindOf(path: string, query: string, mediaType: string | undefined): Kind {
  if (ROBOTS.test(path)) return 'robots'
  if (PROBE.test(path) || (query !== '' && PROBE.test(query))) return 'probe'
  if (ICON.test(path)) return 'icon'
  if (FEED.test(path)) return 'feed'
  if (mediaType !== undefined) return byMediaType(mediaType)
  const known = BY_EXTENSION.get(extensionOf(path))
  if (known !== undefined) return known
  return DATA.test(path) ? 'data' : 'page'
}

function byMediaType(type: string): Kind {
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'page'
  if (/^(?:image|font|audio|video)\/|^text\/css$|javascript/.test(type)) return 'asset'
  return /\b(?:rss|atom)\+xml$/.test(type) ? 'feed' : 'data'
}

function extensionOf(path: string): string {
  const dot = path.lastIndexOf('.')
  return dot <= path.lastIndexOf('/') || path.length - dot > 8 ? '' : path.slice(dot + 1).toLowerCase()
}
