// `import.meta.glob` in tests: material beside the checkout is read as text, and an absent file is an empty record.
interface ImportMeta {
  glob<T>(
    pattern: string | readonly string[],
    options: { readonly query: '?raw'; readonly import: 'default' },
  ): Readonly<Record<string, () => Promise<T>>>
}
