import { css, html } from 'lit';

import { avatarTone, initials } from '../base/initials.ts';
import { PageElement } from '../base/page_element.ts';

/** Initials in a colour that stays with the person, where there is no picture. As large as its box. */
export class Avatar extends PageElement {
  static override properties = { name: {}, user: {} };
  declare name: string;
  declare user: string;

  static override styles = css`
    :host {
      display: grid;
      place-items: center;
      inline-size: var(--avatar-size, 44px);
      block-size: var(--avatar-size, 44px);
      flex: none;
      border-radius: 50%;
      overflow: hidden;
      user-select: none;
    }
    span {
      display: grid;
      place-items: center;
      inline-size: 100%;
      block-size: 100%;
      color: #ffffff;
      font-size: calc(var(--avatar-size, 44px) * 0.38);
      font-weight: 600;
      letter-spacing: 0.01em;
      line-height: 1;
    }
    .tone-0 {
      background: var(--tone-0);
    }
    .tone-1 {
      background: var(--tone-1);
    }
    .tone-2 {
      background: var(--tone-2);
    }
    .tone-3 {
      background: var(--tone-3);
    }
    .tone-4 {
      background: var(--tone-4);
    }
    .tone-5 {
      background: var(--tone-5);
    }
  `;

  constructor() {
    super();
    this.name = '';
    this.user = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('aria-hidden', 'true');
  }

  override render(): unknown {
    return html`<span class="tone-${avatarTone(this.user)}">${initials(this.name)}</span>`;
  }
}

customElements.define('visavis-avatar', Avatar);
