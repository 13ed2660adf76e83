/** Writes the plain values of a wrangler.toml as JSON: wrangler reads it, and takes more memory for that than a replay may have. */
import { unstable_readConfig as readConfig } from 'wrangler'

process.stdout.write(JSON.stringify(readConfig({ config: process.argv[2] ?? '' }).vars))
