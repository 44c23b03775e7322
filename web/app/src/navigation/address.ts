/** The address bar and its history, as far as the app needs them. */
export interface Address {
  readonly url: URL;
  /** A step that the back button undoes. */
  push(link: string): void;
  /** The same step under another address. */
  replace(link: string): void;
  /** Calls `listener` when the person goes back or forward, or changes what is behind the #. */
  onMove(listener: () => void): void;
}

export class BrowserAddress implements Address {
  get url(): URL {
    return new URL(location.href);
  }

  push(link: string): void {
    history.pushState(null, '', link);
  }

  replace(link: string): void {
    history.replaceState(null, '', link);
  }

  onMove(listener: () => void): void {
    addEventListener('popstate', listener);
  }
}

/** Whether this page is there because somebody pressed reload, not because they followed a link. */
export function wasReloaded(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload';
}
