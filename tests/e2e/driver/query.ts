// Elements are asked for by role and accessible name only: what people with screen readers use too.
export interface Query {
  readonly role: Role;
  readonly name?: string;
  // Only inside of an element like this.
  readonly inside?: Query;
}

export type Role =
  | 'alert'
  | 'button'
  | 'checkbox'
  | 'combobox'
  | 'dialog'
  | 'group'
  | 'heading'
  | 'img'
  | 'list'
  | 'listitem'
  | 'link'
  | 'log'
  | 'menuitem'
  | 'menuitemradio'
  | 'meter'
  | 'progressbar'
  | 'radio'
  | 'region'
  | 'searchbox'
  | 'slider'
  | 'status'
  | 'switch'
  | 'tab'
  | 'textbox'
  | 'video'; // a video element with an aria-label; ARIA itself has no such role

export function inWords({ role, name, inside }: Query): string {
  const itself = name === undefined ? role : `${role} “${name}”`;
  return inside === undefined ? itself : `${itself} in ${inWords(inside)}`;
}
