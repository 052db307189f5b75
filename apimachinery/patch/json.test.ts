import { describe, expect, it } from '@jest/globals';
import { StatusError } from '../errors.ts';
import { applyJsonPatch, decodeJsonPatch, type JsonPatchOperation } from './json.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const document = (): object => ({ a: 1, b: [1, { c: 2 }, [3]], d: { 'g/h': 1, 'i~j': 2, n: null } });
const apply = (...operations: JsonPatchOperation[]): unknown => applyJsonPatch(document(), operations);

describe('applyJsonPatch', () => {
  it('adds, replaces and removes members and elements', () => {
    expect(
      apply(
        { op: 'add', path: '/b/1', value: 'x' },
        { op: 'remove', path: '/a' },
        { op: 'replace', path: '/d/g~1h', value: 5 },
        { op: 'add', path: '/b/-', value: null },
      ),
    ).toEqual({
      b: [1, 'x', { c: 2 }, [3], null],
      d: { 'g/h': 5, 'i~j': 2, n: null },
    });
  });

  it('counts negative indexes from the end, as upstream does', () => {
    expect(apply({ op: 'remove', path: '/b/-1' })).toMatchObject({ b: [1, { c: 2 }] });
    expect(apply({ op: 'add', path: '/b/-1', value: 9 })).toMatchObject({ b: [1, { c: 2 }, [3], 9] });
  });

  it('adds a member that a replace does not find', () => {
    expect(apply({ op: 'replace', path: '/new', value: 1 })).toMatchObject({ new: 1 });
  });

  it('moves and copies', () => {
    expect(apply({ op: 'move', from: '/b/0', path: '/d/n' })).toMatchObject({ b: [{ c: 2 }, [3]], d: { n: 1 } });
    const copied = apply({ op: 'copy', from: '/b/1', path: '/e' }, { op: 'add', path: '/e/c', value: 3 });
    expect(copied).toMatchObject({ b: [1, { c: 2 }, [3]], e: { c: 3 } });
  });

  it('lets a test pass or fail the whole patch', () => {
    expect(apply({ op: 'test', path: '/d/n', value: null }, { op: 'test', path: '/b/1', value: { c: 2 } })).toEqual(document());
    expect(() => apply({ op: 'test', path: '/a', value: '1' })).toThrow('the server rejected our request due to an error in our request');
  });

  it.each([
    [{ op: 'remove', path: '/zzz' }],
    [{ op: 'add', path: '/b/4', value: 1 }],
    [{ op: 'add', path: '/b/x', value: 1 }],
    [{ op: 'add', path: '/q/r', value: 1 }],
    [{ op: 'add', path: '', value: 1 }],
    [{ op: 'move', from: '/zzz', path: '/a' }],
    [{ op: 'explode', path: '/a' }],
    [{ path: '/a' }],
    [{ op: 'remove' }],
  ])('refuses %j with 422 and no reason told', (operation) => {
    let thrown: unknown;
    try {
      apply(operation);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(StatusError);
    expect((thrown as StatusError).toStatus()).toMatchObject({ code: 422, reason: 'Invalid', details: {} });
  });

  it('limits how much copies may add', () => {
    const big = 'x'.repeat(1024 * 1024);
    const copies = ['b', 'c', 'd', 'e'].map((name) => ({ op: 'copy', from: '/a', path: `/${name}` }));
    expect(() => applyJsonPatch({ a: big }, copies)).toThrow(StatusError);
    expect(() => applyJsonPatch({ a: big }, copies.slice(0, 2))).not.toThrow();
  });

  it('does not reach prototypes', () => {
    expect(() => applyJsonPatch({}, [{ op: 'add', path: '/constructor/prototype/x', value: 1 }])).toThrow(StatusError);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('decodeJsonPatch', () => {
  it('reports what a strict decoder objects to', () => {
    expect(decodeJsonPatch(bytes('[{"op":"add","OP":"x","path":"/a"}]'), true).problems).toEqual(['json patch unknown field "[0].OP"']);
    expect(decodeJsonPatch(bytes('[{"op":"add","OP":"x","path":"/a"}]'), false).problems).toEqual([]);
    expect(decodeJsonPatch(bytes('null'), true).operations).toEqual([]);
  });

  it.each([
    ['{"a":1}', true, 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    ['{"a":1}', false, 'json: cannot unmarshal object into Go value of type jsonpatch.Patch'],
    ['[5]', false, 'json: cannot unmarshal number into Go value of type jsonpatch.Operation'],
    ['[{"op":5}]', true, 'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string'],
    ['[', true, 'error decoding patch: unexpected end of JSON input'],
  ])('refuses %s in upstream’s words (strict: %s)', (text, isStrict, want) => {
    expect(() => decodeJsonPatch(bytes(text), isStrict)).toThrow(want);
  });
});
