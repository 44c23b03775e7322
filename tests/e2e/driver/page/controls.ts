// Runs in the page. What a person can do here, whether they reach it by the Tab key and with a finger.
import { focusProblem } from './backdrop.ts';
import { containsDeep, descendants, elementAt, exposed, inRoleAndName } from './finder.ts';

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

// Before the first thing that the Tab key leads to.
export function toTop(): void {
  const { body } = document;
  body.tabIndex = -1;
  body.focus();
  body.removeAttribute('tabindex');
}

// Where the focus is now; null where no control has it.
export function stop(): Stop | null {
  const element = focused();
  if (element === null || element === document.body) return null;
  const problem = focusProblem(element) ?? obstacle(element);
  return { element: inRoleAndName(element), problem };
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
    scrollWidth > clientWidth ? [`the page is ${String(scrollWidth - clientWidth)} px too wide`] : [];
  const each = controls().flatMap((element) =>
    [obstacle(element), tooSmall(element), cutText(element)]
      .filter((problem) => problem !== null)
      .map((problem) => `${inRoleAndName(element)} ${problem}`),
  );
  return [...wide, ...each];
}

// Those of the modal dialog where one is open.
function controls(): HTMLElement[] {
  const all = [...descendants(document)];
  const dialogs = all.filter((element) => element.matches('dialog:modal'));
  const modal = dialogs.at(-1);
  return all.filter(
    (element): element is HTMLElement =>
      element instanceof HTMLElement &&
      element.matches(focusable) &&
      !element.matches(':disabled') &&
      (element.tabIndex >= 0 || element.matches('button')) &&
      exposed(element) &&
      (modal === undefined || containsDeep(modal, element)),
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
  const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  if (left < -tolerance || right > clientWidth + tolerance) return 'is cut off at the side';
  // Some are higher than the screen, such as a log.
  if (height < clientHeight && (top < -tolerance || bottom > clientHeight + tolerance))
    return 'is cut off at the top or bottom';
  const hit = elementAt(left + width / 2, top + Math.min(height, clientHeight) / 2);
  if (hit !== null && (containsDeep(element, hit) || isLabel(hit, element))) return null;
  return `is covered by ${hit === null ? 'nothing' : inRoleAndName(hit)}`;
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
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
  const cut = scrollWidth > clientWidth + tolerance || scrollHeight > clientHeight + tolerance;
  return cut ? 'is too small for its words' : null;
}

// As people set it who need it: everything that is measured in `rem` follows.
export function setTextSize(percent: number): void {
  document.documentElement.style.fontSize = `${String(percent)}%`;
}
