import { css } from 'lit';
import { encode } from 'uqr';

import { PageElement } from '../base/page_element.ts';
import { roomWords } from '../strings/stage.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** Light modules around the code, without which cameras do not find it (ISO/IEC 18004: four). */
const QUIET_ZONE = 4;

/** A text as a QR code, dark on light whatever the colour scheme: not every camera reads it the other way. */
export class QrCodeElement extends PageElement {
  static override properties = { text: {} };
  declare text: string;

  static override styles = css`
    :host {
      display: block;
      justify-self: center;
      inline-size: min(100%, 240px);
    }
    svg {
      display: block;
      inline-size: 100%;
      border-radius: var(--radius-s);
      background: #ffffff;
      fill: #0d1412;
    }
  `;

  override render(): unknown {
    const { data, size } = encode(this.text, { ecc: 'M', border: QUIET_ZONE });
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', roomWords.link.code);
    svg.setAttribute('shape-rendering', 'crispEdges');
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', outline(data));
    svg.append(path);
    return svg;
  }
}

/** One bar for each run of dark modules. */
function outline(rows: readonly (readonly boolean[])[]): string {
  let d = '';
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x++;
      d += `M${from} ${y}h${x - from + 1}v1H${from}z`;
    }
  });
  return d;
}

customElements.define('visavis-qr-code', QrCodeElement);
