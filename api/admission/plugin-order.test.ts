import { describe, expect, it } from '@jest/globals';
import { enabledPlugins, PLUGIN_ORDER } from './plugin-order.ts';
import PLUGINS from './plugins/index.gen.ts';

describe('enabledPlugins', () => {
  it('adds to and takes from the default set, in order', () => {
    const names = enabledPlugins(['NodeRestriction'], ['Priority']);
    expect(names).toContain('NodeRestriction');
    expect(names).not.toContain('Priority');
    expect([...names].sort((a, b) => PLUGIN_ORDER.indexOf(a) - PLUGIN_ORDER.indexOf(b))).toEqual(names);
  });

  it("refuses unknown names and contradictions with upstream's words", () => {
    expect(() => enabledPlugins(['Nope'], [])).toThrow('enable-admission-plugins plugin "Nope" is unknown');
    expect(() => enabledPlugins(['Priority'], ['Priority'])).toThrow('[Priority] in enable-admission-plugins and disable-admission-plugins overlapped');
  });

  it('knows every plug-in there is by a name of upstream', () => {
    for (const plugin of PLUGINS) expect(PLUGIN_ORDER).toContain(plugin.name);
  });
});
