/** Whether two plain objects have the same fields, one level deep; a field that is absent is as one that is undefined. */
export function isSame<Fields extends object>(one: Fields | null, other: Fields | null): boolean {
  if (one === null || other === null) return one === other;
  const names = Object.keys({ ...one, ...other }) as (keyof Fields)[];
  return names.every((name) => one[name] === other[name]);
}
