export type ShortcutAction =
  'microphone' | 'camera' | 'share' | 'chat' | 'people' | 'hand' | 'full_screen' | 'help';

/** Every single-key shortcut of a call; the help sheet shows this table, so the two can't differ. */
export const SHORTCUTS: readonly { readonly key: string; readonly action: ShortcutAction }[] = [
  { key: 'm', action: 'microphone' },
  { key: 'v', action: 'camera' },
  { key: 's', action: 'share' },
  { key: 'c', action: 'chat' },
  { key: 'p', action: 'people' },
  { key: 'h', action: 'hand' },
  { key: 'f', action: 'full_screen' },
  { key: '?', action: 'help' },
];

export function keyOf(action: ShortcutAction): string {
  return SHORTCUTS.find((shortcut) => shortcut.action === action)?.key ?? '';
}

/** What of a KeyboardEvent matters here. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly repeat: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
}

/** What has the keyboard's attention: `typing` wants letters for itself, `pressing` wants Space. */
export type Focus = 'free' | 'pressing' | 'typing';

/** The action of a key, or null: keys with modifiers belong to the browser, letters in a field to the field. */
export function shortcutOf(press: KeyPress, focus: Focus): ShortcutAction | null {
  if (focus === 'typing' || press.repeat || isModified(press)) return null;
  const key = press.key.toLowerCase();
  return SHORTCUTS.find((shortcut) => shortcut.key === key)?.action ?? null;
}

/** The key that is held to talk. On a focused button it presses the button. */
export function isTalkKey(press: KeyPress, focus: Focus): boolean {
  return press.code === 'Space' && focus === 'free' && !isModified(press);
}

function isModified(press: KeyPress): boolean {
  return press.ctrlKey || press.altKey || press.metaKey || press.isComposing;
}

const TYPING = 'input, textarea, select, dialog, [contenteditable], [role="menu"]';
const PRESSING =
  'button, a[href], summary, [role="button"], [role="tab"], video[controls], [tabindex="0"]';

/** Judges by where a key event comes from, through shadow roots: `event.composedPath()`. */
export function focusOf(path: readonly EventTarget[]): Focus {
  const elements = path.filter((target) => target instanceof Element);
  if (elements.some((element) => element.matches(TYPING))) return 'typing';
  return elements.some((element) => element.matches(PRESSING)) ? 'pressing' : 'free';
}
