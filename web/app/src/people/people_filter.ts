import type { Person } from '@visavis/client';

/** Case and accents do not matter when looking for a name: `jose` finds `José`. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

/** The people whose name contains `query`, in their order. An empty query finds everybody. */
export function filterPeople(people: readonly Person[], query: string): readonly Person[] {
  const wanted = folded(query.trim());
  if (wanted === '') return people;
  return people.filter((person) => folded(person.name).includes(wanted));
}
