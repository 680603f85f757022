import { jsonPlaces } from '../../lib/gate/json-places';

const TEXT = ` {
  "kind": "List",
  "a\\"]b": "}{,\\\\",
  "n": [-1.5e+3, true, null, {"x": [ ]}, [[1,2],[3]]],
  "twice": {"x": 1}, "twice": {"y": {"z": 2}},
  "example.com/key": "\u00e4",
  "items": [{"a": 1},
    {"kind": "List", "items": [{}, {"b": {"c": [7, 8]}}]}
  ]
}`;

describe('jsonPlaces', () => {
  test.each([
    ['kind', 2, 3],
    ['["a\\"]b"]', 1, 2],
    ['n', 4, 3],
    ['n[0]', 4, 9],
    ['n[1]', 4, 18],
    ['n[3].x', 4, 31],
    ['n[4][1][0]', 4, 50],
    ['n[9]', 4, 3],
    ['n.x', 4, 3],
    ['twice.y.z', 5, 38],
    ['twice.x', 5, 22],
    ['[example.com/key]', 6, 3],
    ['kind.deeper', 2, 3],
    ['constructor', 1, 2],
    ['items[1].items[1].b.c[1]', 8, 52],
    ['', 1, 2],
  ])('finds %s, or the last thing before it', (path, line, column) => {
    expect(jsonPlaces(TEXT).locate(path)).toEqual({ line, column });
  });

  test('finds fields of an item of a List, and of a List in it', () => {
    const list = jsonPlaces(TEXT);

    expect(list.item(0).locate('a')).toEqual({ line: 7, column: 14 });
    expect(list.item(0).locate('b')).toEqual({ line: 7, column: 13 });
    expect(list.item(1).item(1).locate('b.c[0]')).toEqual({ line: 8, column: 49 });
    expect(list.item(0).locate('a')).toEqual({ line: 7, column: 14 });
  });

  test('scans a List once, however many of its items are asked for', () => {
    const list = jsonPlaces(JSON.stringify({ items: Array.from({ length: 30_000 }, (_, index) => ({ index })) }, null, 1));
    // Scanned for each, these would be ten billion signs.
    const lines = Array.from({ length: 30_000 }, (_, index) => list.item(index).locate('index').line);

    expect(lines).toEqual(lines.map((_, index) => 4 + 3 * index));
  });
});
