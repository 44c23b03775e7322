// Runs in the page. Finds elements as a screen reader names them, through open shadow roots, which
// Firefox's own `locateNodes` by accessibility does not enter.
import { computeAccessibleName, getRole } from 'dom-accessibility-api';
import type { Query } from '../query.ts';

export function find({ role, name, inside }: Query): Element[] {
  const found: Element[] = [];
  const around = inside === undefined ? null : find(inside);
  for (const element of descendants(document)) {
    if (roleOf(element) !== role || !exposed(element)) continue;
    if (name !== undefined && computeAccessibleName(element) !== name) continue;
    if (around?.some((other) => containsDeep(other, element)) ?? true) found.push(element);
  }
  return found;
}

// The one element of that name, once a person could click it; otherwise why not, in words.
export async function actionable(query: Query): Promise<Element | string> {
  const found = find(query);
  const element = found[0];
  if (element === undefined) return 'not there';
  if (found.length > 1) return `there ${String(found.length)} times`;
  if (element.matches(':disabled, [aria-disabled="true"]')) return 'disabled';
  element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  const before = element.getBoundingClientRect();
  await nextFrame();
  const after = element.getBoundingClientRect();
  if (before.x !== after.x || before.y !== after.y) return 'moving';
  const hit = elementAt(after.x + after.width / 2, after.y + after.height / 2);
  return hit !== null && containsDeep(element, hit) ? element : 'covered';
}

export function isFocused(query: Query): boolean {
  let focused = document.activeElement;
  for (let inner = focused; inner !== null; inner = inner.shadowRoot?.activeElement ?? null) {
    focused = inner;
  }
  return focused !== null && find(query).includes(focused);
}

// What a person reads inside the element, shadow roots and slots included.
export function textOf(element: Element): string {
  return flatText(element).replace(/\s+/g, ' ').trim();
}

export function* descendants(root: Document | ShadowRoot | Element): Generator<Element> {
  for (const element of root.children) {
    yield element;
    if (element.shadowRoot !== null) yield* descendants(element.shadowRoot);
    yield* descendants(element);
  }
}

export function roleOf(element: Element): string | null {
  // ARIA has no role for video; the app labels its video elements all the same.
  return element instanceof HTMLVideoElement ? 'video' : getRole(element);
}

export function exposed(element: Element): boolean {
  if (!element.checkVisibility({ visibilityProperty: true })) return false;
  for (let node: Element | null = element; node !== null; node = parentOf(node)) {
    if (node.getAttribute('aria-hidden') === 'true' || node.hasAttribute('inert')) return false;
  }
  return true;
}

export function parentOf(element: Element): Element | null {
  if (element.assignedSlot !== null) return element.assignedSlot;
  if (element.parentElement !== null) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

export function containsDeep(ancestor: Element, element: Element): boolean {
  for (let node: Element | null = element; node !== null; node = parentOf(node)) {
    if (node === ancestor) return true;
  }
  return false;
}

export function elementAt(x: number, y: number): Element | null {
  let hit: Element | null = null;
  let root: Document | ShadowRoot | null = document;
  while (root !== null) {
    const inner: Element | null = root.elementFromPoint(x, y);
    if (inner === null || inner === hit) break; // nothing of the host's own is there
    hit = inner;
    root = inner.shadowRoot;
  }
  return hit;
}

function flatText(node: Node): string {
  if (node instanceof Text) return node.data;
  if (!(node instanceof Element) || !node.checkVisibility()) return '';
  if (node instanceof HTMLStyleElement || node instanceof HTMLScriptElement) return '';
  const assigned = node instanceof HTMLSlotElement ? node.assignedNodes() : [];
  const children = assigned.length > 0 ? assigned : [...(node.shadowRoot ?? node).childNodes];
  return ` ${children.map(flatText).join('')} `;
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 32));
}

// For people who read what failed.
export function inRoleAndName(element: Element): string {
  const name = computeAccessibleName(element) || textOf(element).slice(0, 60);
  return `${roleOf(element) ?? element.localName}${name === '' ? '' : ` “${name}”`}`;
}
