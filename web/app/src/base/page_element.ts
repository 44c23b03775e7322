import { LitElement } from 'lit';

/**
 * A Lit element that is drawn only while it is on the page. Lit draws what was pending when it left all the same,
 * and what is made for that (models, subscriptions) would be ended by nobody.
 */
export class PageElement extends LitElement {
  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override shouldUpdate(): boolean {
    return this.isConnected;
  }
}
