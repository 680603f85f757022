/** The evaluator of Falco's rules answers as Falco's own filter checks do. */
import { FalcoEvent, FalcoRules } from './falco-rules';

const rule = (condition: string): string => `- rule: r\n  desc: d\n  condition: ${JSON.stringify(condition)}\n  output: o\n  priority: CRITICAL\n  tags: [t]\n`;
const breaks = (condition: string, event: FalcoEvent): boolean => new FalcoRules([rule(condition)]).alerts(event).length > 0;
const named = FalcoEvent.open('/a b/c').by({ namespace: 'phi', args: ['-U', 'app'] });
const nameless = FalcoEvent.open('/a').by();

test.each<[string, FalcoEvent, boolean]>([
  ['k8s.ns.name = phi', named, true],
  ['k8s.ns.name != phi', named, false],
  // What is not there answers no to everything but exists, and yes where that is turned round.
  ['k8s.ns.name != phi', nameless, false],
  ['not k8s.ns.name = phi', nameless, true],
  ['k8s.ns.name exists', nameless, false],
  ['not k8s.ns.name exists', nameless, true],
  ['k8s.ns.name in (phi)', nameless, false],
  ['fd.name = "/a b/c"', named, true],
  ['proc.args = "-U app"', named, true],
  ['proc.args = ""', nameless, true],
  ['fd.name glob "/a*c"', named, true],
  ['fd.name glob "/a*b"', named, false],
  ['container.duration > 10000000000', named, true],
  ['container.duration > 10000000000', FalcoEvent.exec().by({ runsFor: 5 }), false],
  ['proc.pid != val(proc.vpid)', named, true],
  ['proc.pid != val(proc.vpid)', FalcoEvent.exec().onNode(), false],
  ['fd.sip exists', FalcoEvent.connect('10.0.0.1', 'failed').by(), false],
  ['evt.is_open_write = true', FalcoEvent.creat('/a').by(), false],
  ['fs.path.source = /new', FalcoEvent.link('/old', '/new').by(), true],
  ['fs.path.source = /new', FalcoEvent.symlink('/old', '/new').by(), true],
  ['fs.path.target = /new', FalcoEvent.rename('/old', '/new').by(), true],
  ['proc.is_exe_lower_layer = false', FalcoEvent.exec().by({ place: 'volume' }), true],
  ['proc.is_exe_lower_layer = false', FalcoEvent.exec().by({ place: 'image' }), false],
])('%s', (condition, event, expected) => {
  expect(breaks(condition, event)).toBe(expected);
});

test.each(['proc.cmdline = a', 'fd.name startswith a', 'unknown', 'proc.pid = val(proc.no)', 'fd.name = ', '(fd.name = a', 'fd.name = a b'])('refuses %s', (condition) => {
  expect(() => breaks(condition, named)).toThrow();
});
