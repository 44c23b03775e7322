// Runs in the page. What keeps people from using it: axe-core's rules, and what no rule of it decides.
import type Axe from 'axe-core';
import { textContrast } from './backdrop.ts';
import { descendants, inRoleAndName } from './finder.ts';

declare global {
  interface Window {
    // Only in pages that are opened to be audited.
    axe?: typeof Axe;
  }
}

const textContrastMin = 4.5; // WCAG 2.2, 1.4.3

const options: Axe.RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  resultTypes: ['violations', 'incomplete'],
  elementRef: true,
  preload: false,
  // Captions of a call would have to be made by a server that hears it.
  rules: { 'video-caption': { enabled: false } },
};

// One line for each violation: rule, element, what is wrong in numbers.
export async function audit(): Promise<string[]> {
  if (window.axe === undefined) throw new Error('the page was not opened to be audited');
  await settled();
  const { violations, incomplete } = await window.axe.run(document, options);
  return [...violations.flatMap(violationsIn), ...incomplete.flatMap(undecidedContrast)];
}

// What moves in has arrived; what turns for ever goes on turning.
export async function settled(): Promise<void> {
  // Changes of style begin their transitions with the next frame only.
  await nextFrame();
  await nextFrame();
  // Not by their promise `finished`: where nothing else is to be drawn, Chromium may draw no frame that would settle it.
  while (passing().some(({ playState }) => playState === 'running')) await nextFrame();
}

function passing(): Animation[] {
  const roots = [...descendants(document)].flatMap(({ shadowRoot }) => shadowRoot ?? []);
  return [document, ...roots]
    .flatMap((root) => root.getAnimations())
    .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
}

function violationsIn({ id, nodes }: Axe.Result): string[] {
  return nodes.map((node) => `${id}: ${nameOf(node)}: ${messagesOf(node)}`);
}

// Text over pictures and gradients, about which axe says nothing.
function undecidedContrast({ id, nodes }: Axe.Result): string[] {
  if (id !== 'color-contrast') return [];
  return nodes.flatMap((node) => {
    const contrast = node.element === undefined ? 0 : textContrast(node.element);
    if (contrast >= textContrastMin) return [];
    return [
      `contrast: ${nameOf(node)}: ${contrast.toFixed(2)} at the worst, wanted is ${String(textContrastMin)}`,
    ];
  });
}

function nameOf({ element, html }: Axe.NodeResult): string {
  return element === undefined ? html : inRoleAndName(element);
}

function messagesOf({ any, all, none }: Axe.NodeResult): string {
  return [...any, ...all, ...none].map(({ message }) => message).join('; ');
}

// Or a second later, where none comes.
const nextFrame = (): Promise<unknown> =>
  new Promise((resolve) => {
    requestAnimationFrame(resolve);
    setTimeout(resolve, 1_000);
  });
