import type { IconNode } from 'lucide';
import { css } from 'lit';

import { PageElement } from '../base/page_element.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** A drawing that says nothing by itself: the button or text beside it does. As large as the font. */
export class Icon extends PageElement {
  static override properties = { drawing: { attribute: false } };
  declare drawing: IconNode;

  static override styles = css`
    :host {
      display: inline-block;
      inline-size: 1em;
      block-size: 1em;
      flex: none;
      line-height: 1;
    }
    svg {
      display: block;
      inline-size: 100%;
      block-size: 100%;
    }
  `;

  constructor() {
    super();
    this.drawing = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('aria-hidden', 'true');
  }

  override render(): unknown {
    return draw(this.drawing);
  }
}

/** The drawing alone, where there is no room for an element of our own. */
export function draw(drawing: IconNode): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const frame = {
    viewBox: '0 0 24 24',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '2',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  };
  setAttributes(svg, frame);
  for (const [tag, attributes] of drawing) {
    const shape = document.createElementNS(SVG, tag);
    setAttributes(shape, attributes);
    svg.append(shape);
  }
  return svg;
}

function setAttributes(
  element: Element,
  attributes: Record<string, string | number | undefined>,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, String(value));
  }
}

customElements.define('visavis-icon', Icon);
