import { describe, expect, it } from 'vitest';

import { parseRoomInput, parseRoute } from './route.ts';

const ORIGIN = 'https://meet.example';
const route = (path: string): unknown => parseRoute(new URL(path, ORIGIN));

describe('an address', () => {
  it('leads to the lobby, unless it is a room’s', () => {
    expect(route('/')).toEqual({ name: 'lobby' });
    expect(route('/#hold-media')).toEqual({ name: 'lobby' });
    expect(route('/room/abc')).toEqual({ name: 'lobby' });
  });

  it('leads to a room, with the passphrase behind the #', () => {
    expect(route('/r/blue-lamp')).toEqual({ name: 'room', room: 'blue-lamp', passphrase: null });
    expect(route('/r/blue-lamp#caf%C3%A9')).toEqual({
      name: 'room',
      room: 'blue-lamp',
      passphrase: 'café',
    });
  });

  it('leads to the check, with a code behind the #', () => {
    expect(route('/check')).toEqual({ name: 'check', code: null });
    expect(route('/check#')).toEqual({ name: 'check', code: null });
    expect(route('/check#v1.Zm9v_-')).toEqual({ name: 'check', code: 'v1.Zm9v_-' });
    expect(route('/check/else')).toEqual({ name: 'lobby' });
  });

  it.each(['/r/', '/r/a', '/r/-x-', '/r/a/b/c', '/r/caf%C3%A9', '/r/abc#%E0%A4%A'])(
    'that no room can have is a bad one: %s',
    (path) => {
      expect(route(path)).toEqual({ name: 'bad_room' });
    },
  );
});

describe('what somebody typed', () => {
  const input = (text: string): unknown => parseRoomInput(text, ORIGIN);

  it('may be a link, or the name alone', () => {
    const room = { room: 'blue-lamp', passphrase: null };
    expect(input('  https://meet.example/r/blue-lamp ')).toEqual(room);
    expect(input('/r/blue-lamp')).toEqual(room);
    expect(input('Blue-Lamp')).toEqual(room);
    expect(input('https://meet.example/r/blue-lamp#secret')).toEqual({
      ...room,
      passphrase: 'secret',
    });
  });

  it('may be nonsense, or a room of somebody else’s server', () => {
    expect(input('what is this?')).toBeNull();
    expect(input('https://evil.example/r/blue-lamp')).toBeNull();
    expect(input('javascript:alert(1)')).toBeNull();
    expect(input('')).toBeNull();
  });
});
