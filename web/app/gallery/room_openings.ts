import type { AppView } from '../src/app/app_view.ts';
import { Stage } from '../src/call/stage/stage.ts';
import { cameraKey } from '../src/call/stage/stage_plan.ts';
import { callView, find, found, type Opening, openPanel } from './openings.ts';

const openPeople = (view: AppView): Promise<void> => openPanel(view, 'people');

async function newRoom(view: AppView): Promise<void> {
  const card = await found(
    () => find(view.renderRoot, 'visavis-lobby-view', 'visavis-room-card')?.shadowRoot,
  );
  (await found(() => card.querySelector<HTMLElement>('.options'))).click();
  const guarded = await found(
    () =>
      find(card, 'visavis-new-room-dialog')?.shadowRoot?.querySelectorAll<HTMLElement>(
        '[role=switch]',
      )[1],
  );
  guarded.click();
}

async function askToRemove(view: AppView): Promise<void> {
  await openPeople(view);
  const call = await callView(view);
  const people = await found(
    () => find(call.shadowRoot ?? call, 'visavis-call-people')?.shadowRoot,
  );
  (await found(() => people.querySelector<HTMLElement>('.remove'))).click();
  await found(() => people.querySelector('dialog[open]'));
}

async function pin(view: AppView): Promise<void> {
  const call = await callView(view);
  const stage = find(call.shadowRoot ?? call, 'visavis-stage');
  if (stage instanceof Stage) stage.model.togglePin(cameraKey('participant-cleo-martin'));
}

async function showCode(view: AppView): Promise<void> {
  const call = await callView(view);
  const link = await found(() => find(call.shadowRoot ?? call, 'visavis-room-link')?.shadowRoot);
  [...link.querySelectorAll<HTMLElement>('button')].at(-1)?.click();
  await found(() => find(link, 'visavis-qr-code', 'svg'));
}

export const ROOM_OPENINGS: Record<string, Opening> = {
  'new-room': { screen: 'lobby-empty', open: newRoom },
  'room-people': { screen: 'room-four-troubled', open: openPeople },
  'room-host-people': { screen: 'room-hosts', open: openPeople },
  'room-guest-people': { screen: 'room-guest', open: openPeople },
  'room-locked-people': { screen: 'room-locked', open: openPeople },
  'room-flooded-people': { screen: 'room-flooded', open: openPeople },
  'room-remove': { screen: 'room-hosts', open: askToRemove },
  'call-people': { screen: 'call-and-people', open: openPeople },
  'room-pinned': { screen: 'room-five', open: pin },
  'room-alone-code': { screen: 'room-alone-passphrase', open: showCode },
};
