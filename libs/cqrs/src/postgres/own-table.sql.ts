/** The name as it was checked: one or two words of letters, digits and underscores. */
function quoted(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
}

export function tableExists(name: string): { readonly text: string; readonly values: readonly string[] } {
  return { text: 'select to_regclass($1) is not null as yes', values: [quoted(name)] };
}

export function tableFilled(name: string): { readonly text: string; readonly values: readonly string[] } {
  return { text: `select exists (select from ${quoted(name)}) as yes`, values: [] };
}
