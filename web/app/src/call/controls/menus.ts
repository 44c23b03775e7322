import { html, nothing } from 'lit';
import {
  Check,
  Hand,
  Keyboard,
  Leaf,
  PictureInPicture2,
  ScreenShare,
  ScreenShareOff,
  Settings,
  Users,
} from 'lucide';
import type { IconNode } from 'lucide';

import { controls, reactions } from '../../strings/controls.ts';
import { strings } from '../../strings/strings.ts';

/** One line of a menu. `where` names the widths at which only the menu has it; the bar has it at the others. */
export interface MenuItem {
  readonly label: string;
  readonly drawing: IconNode | null;
  readonly where?: 'narrow' | 'medium';
  /** Of a switch or a choice; undefined for what just does something. */
  readonly checked?: boolean;
  readonly choice?: boolean;
  readonly run: () => void;
}

export function renderItem(item: MenuItem): unknown {
  const { label, drawing, where, checked, choice, run } = item;
  // What has no drawing of its own has its check mark there.
  const sign = drawing ?? (checked ? Check : null);
  const kind = choice ? 'radio' : 'checkbox';
  return html`<button
    class="item ${where ?? ''}"
    type="button"
    role=${checked === undefined ? 'menuitem' : `menuitem${kind}`}
    aria-checked=${checked === undefined ? nothing : String(checked)}
    ?data-stay=${checked !== undefined}
    tabindex="-1"
    @click=${run}
  >
    <span class="sign"
      >${sign ? html`<visavis-icon .drawing=${sign}></visavis-icon>` : nothing}</span
    >
    <span class="words">${label}</span>
    ${checked && drawing ? html`<visavis-icon class="check" .drawing=${Check}></visavis-icon>` : nothing}
  </button>`;
}

export function renderReactions(react: (emoji: string) => void, where = ''): unknown {
  return html`<div class="reactions ${where}" role="group" aria-label=${controls.react}>
    ${reactions.map(
      ({ emoji, name }) =>
        html`<button
          class="emoji"
          type="button"
          role="menuitem"
          tabindex="-1"
          title=${controls.reactWith(name)}
          aria-label=${controls.reactWith(name)}
          @click=${() => {
            react(emoji);
          }}
        >
          ${emoji}
        </button>`,
    )}
  </div>`;
}

export interface MoreState {
  readonly canShare: boolean;
  readonly sharing: boolean;
  readonly handRaised: boolean;
  readonly peopleOpen: boolean;
  readonly dataSaver: boolean;
  /** Null where the browser has none. */
  readonly pictureInPicture: boolean | null;
}

export interface MoreActions {
  readonly share: () => void;
  readonly hand: () => void;
  readonly people: () => void;
  readonly dataSaver: () => void;
  readonly pictureInPicture: () => void;
  readonly settings: () => void;
  readonly shortcuts: () => void;
}

/** The lines of the menu `More`, those first that a narrow bar has no room for. */
export function moreItems(state: MoreState, actions: MoreActions): readonly MenuItem[] {
  const items: (MenuItem | null)[] = [
    state.canShare
      ? {
          label: state.sharing ? controls.stopSharing : controls.shareScreen,
          drawing: state.sharing ? ScreenShareOff : ScreenShare,
          where: 'narrow',
          run: actions.share,
        }
      : null,
    {
      label: state.handRaised ? controls.lowerHand : controls.raiseHand,
      drawing: Hand,
      where: 'medium',
      run: actions.hand,
    },
    {
      label: state.peopleOpen ? controls.closePeople : controls.people,
      drawing: Users,
      where: 'medium',
      run: actions.people,
    },
    state.pictureInPicture === null
      ? null
      : {
          label: state.pictureInPicture
            ? controls.leavePictureInPicture
            : controls.pictureInPicture,
          drawing: PictureInPicture2,
          run: actions.pictureInPicture,
        },
    {
      label: controls.dataSaver,
      drawing: Leaf,
      checked: state.dataSaver,
      run: actions.dataSaver,
    },
    { label: controls.shortcuts, drawing: Keyboard, run: actions.shortcuts },
    { label: strings.settings.open, drawing: Settings, where: 'narrow', run: actions.settings },
  ];
  return items.filter((item) => item !== null);
}
