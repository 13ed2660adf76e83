// `import.meta.glob` in tests: material beside the checkout is read as text, or as a data URL where it is no text, and
// an absent file is an empty record.
interface ImportMeta {
  glob<T>(
    pattern: string | readonly string[],
    options: { readonly query: '?raw'; readonly import: 'default' },
  ): Readonly<Record<string, () => Promise<T>>>
  glob<T>(
    pattern: string | readonly string[],
    options: { readonly query: '?raw' | '?url&inline'; readonly import: 'default'; readonly eager: true },
  ): Readonly<Record<string, T>>
}
