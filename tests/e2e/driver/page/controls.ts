// Runs in the page. What a person can do here, whether they reach it by the Tab key and with a finger.
import { focusProblem } from './backdrop.ts';
import {
  containsDeep,
  descendants,
  elementAt,
  exposed,
  inRoleAndName,
  parentOf,
} from './finder.ts';

export interface Stop {
  // Role and name of what has the focus.
  readonly element: string;
  // Why one does not see it there, or null.
  readonly problem: string | null;
}

const touchMin = 44; // CSS pixels, of what looks like a button; axe holds everything to WCAG's 24
const tolerance = 1; // CSS pixels, for what is rounded

const focusable =
  'button, input, select, textarea, a[href], summary, [tabindex], [contenteditable="true"]';

let firstStop: Element | null = null;

// Before the first thing that the Tab key leads to.
export function toTop(): void {
  firstStop = null;
  const top = openDialog() ?? document.body;
  top.tabIndex = -1;
  top.focus();
  top.removeAttribute('tabindex');
}

// Where the focus is now; null where no control has it, and where it has come around.
export function stop(): Stop | null {
  const element = focused();
  if (element === null || element === document.body || element === firstStop) return null;
  firstStop ??= element;
  const problem = focusProblem(element) ?? obstacle(element);
  return { element: inRoleAndName(element), problem };
}

// Role and name of what has the focus.
export function focusName(): string | null {
  const element = focused();
  return element === null ? null : inRoleAndName(element);
}

// What the Tab key should lead to, in the order of the document.
export function tabStops(): string[] {
  return controls()
    .filter((element) => element.tabIndex >= 0)
    .map(inRoleAndName);
}

// What is cut off, covered or too small on this screen, a line each.
export function layoutProblems(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const wide =
    scrollWidth > clientWidth
      ? [`the page is ${String(scrollWidth - clientWidth)} px too wide`]
      : [];
  const each = controls().flatMap((element) =>
    [obstacle(element), tooSmall(element), cutText(element)]
      .filter((problem) => problem !== null)
      .map((problem) => `${inRoleAndName(element)} ${problem}`),
  );
  return [...wide, ...each];
}

// Those of the modal dialog where one is open.
function controls(): HTMLElement[] {
  const modal = openDialog();
  return [...descendants(document)].filter(
    (element): element is HTMLElement =>
      element instanceof HTMLElement &&
      element.matches(focusable) &&
      !element.matches(':disabled') &&
      (element.tabIndex >= 0 || element.matches('button')) &&
      exposed(element) &&
      (modal === undefined || containsDeep(modal, element)),
  );
}

function openDialog(): HTMLElement | undefined {
  return [...descendants(document)].findLast(
    (element): element is HTMLElement =>
      element.matches('dialog:modal') && element instanceof HTMLElement,
  );
}

function focused(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

// Why nobody could click it after scrolling to it, or null.
function obstacle(element: Element): string | null {
  element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  const { left, right, top, bottom, height } = element.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  if (left < -tolerance || right > clientWidth + tolerance) return 'is cut off at the side';
  // Some are higher than the screen, such as a log.
  if (height < clientHeight && (top < -tolerance || bottom > clientHeight + tolerance))
    return 'is cut off at the top or bottom';
  const hit = hitAt(element);
  if (hit !== null && (containsDeep(element, hit) || isLabel(hit, element) || passes(hit)))
    return null;
  return `is covered by ${hit === null ? 'nothing' : inRoleAndName(hit)}`;
}

// What is in the middle of the element, or of its first line.
function hitAt(element: Element): Element | null {
  const [first] = element.getClientRects();
  if (first === undefined) return null;
  const { left, top, width, height } = first;
  return elementAt(
    left + width / 2,
    top + Math.min(height, document.documentElement.clientHeight) / 2,
  );
}

// Menus and notices go by themselves, or are sent away.
function passes(hit: Element): boolean {
  for (let node: Element | null = hit; node !== null; node = parentOf(node)) {
    if (node.matches('[popover], [role="menu"]')) return true;
  }
  return false;
}

// A switch is pressed by its whole line.
function isLabel(hit: Element, element: Element): boolean {
  const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
  return labels.some((label) => containsDeep(label, hit));
}

function tooSmall(element: HTMLElement): string | null {
  if (!element.matches('button, select, input:not([type="checkbox"], [type="radio"])')) return null;
  const { width, height } = element.getBoundingClientRect();
  if (Math.min(width, height) >= touchMin - tolerance) return null;
  return `is only ${width.toFixed()} × ${height.toFixed()} px`;
}

// Words that do not fit into their button.
function cutText(element: HTMLElement): string | null {
  if (!element.matches('button, a[href]')) return null;
  const box = element.getBoundingClientRect();
  const range = document.createRange();
  const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (words.nextNode() !== null) {
    const { currentNode } = words;
    if (currentNode.parentElement?.closest('[aria-hidden="true"], .visually-hidden')) continue;
    range.selectNodeContents(currentNode);
    const { left, right, top, bottom, width } = range.getBoundingClientRect();
    if (width === 0) continue;
    const fits = left >= box.left - tolerance && right <= box.right + tolerance;
    if (!fits || top < box.top - tolerance || bottom > box.bottom + tolerance)
      return 'is too small for its words';
  }
  return null;
}

// As people set it who need it: everything that is measured in `rem` follows.
export function setTextSize(percent: number): void {
  document.documentElement.style.fontSize = `${String(percent)}%`;
}
