import { describe, expect, test } from 'vitest';
import { BlockList } from './block_list.ts';

describe('who is blocked', () => {
  test('is what the server says', () => {
    const list = new BlockList();
    expect(list.apply({ blocked: ['mallory'] })).toBe(true);
    expect([...list.users]).toEqual(['mallory']);
    expect(list.apply({ blocked: ['mallory'] })).toBe(false);
    expect(list.apply({ blocked: ['eve'] })).toBe(true);
    expect(list.apply({ blocked: [] })).toBe(true);
    expect(list.users.size).toBe(0);
  });

  test('is told again to a server that has forgotten it', () => {
    const list = new BlockList();
    list.apply({ blocked: ['mallory', 'eve'] });
    expect(list.reset({}, true)).toEqual(['mallory', 'eve']);
    expect([...list.users]).toEqual(['mallory', 'eve']);
  });

  test('is taken from a server that knows', () => {
    const list = new BlockList();
    list.apply({ blocked: ['mallory', 'eve'] });
    expect(list.reset({ blocked: ['eve'] }, true)).toEqual([]);
    expect([...list.users]).toEqual(['eve']);
    expect(list.reset({}, false)).toEqual([]);
    expect(list.users.size).toBe(0);
  });
});
