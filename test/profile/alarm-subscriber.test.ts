import { AlarmSubscriber } from '../../lib/profile/alarm-subscriber';
import { expectRefusal } from '../support/refusal';

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:page';

describe('AlarmSubscriber', () => {
  test.each<[string, AlarmSubscriber, string, string, string]>([
    ['a mailbox', AlarmSubscriber.email('security+phi@company.com'), 'email', 'security+phi@company.com', 'security+phi@company.com'],
    ['a paging service, of whose URL evidence names the host alone', AlarmSubscriber.https('https://events.example.com/integration/secret-key/enqueue?a=b'), 'https', 'https://events.example.com/integration/secret-key/enqueue?a=b', 'https://events.example.com'],
    ['a port', AlarmSubscriber.https('https://events.example.com:8443'), 'https', 'https://events.example.com:8443', 'https://events.example.com:8443'],
    ['a function', AlarmSubscriber.lambda(FUNCTION), 'lambda', FUNCTION, FUNCTION],
    ['an alias of a function', AlarmSubscriber.lambda(`${FUNCTION}:live`), 'lambda', `${FUNCTION}:live`, `${FUNCTION}:live`],
    ['a function of the same stack', AlarmSubscriber.lambda('${aws_lambda_function.Page.arn}'), 'lambda', '${aws_lambda_function.Page.arn}', '${aws_lambda_function.Page.arn}'],
  ])('is %s', (_what, subscriber, protocol, endpoint, description) => {
    expect([subscriber.protocol, subscriber.endpoint, subscriber.description]).toEqual([protocol, endpoint, description]);
    expect(Object.isFrozen(subscriber)).toBe(true);
  });

  test.each<[string, () => unknown, string, unknown, string, string]>([
    ['no address', () => AlarmSubscriber.email('security'), 'AlarmSubscriber.email', 'security', 'IR1', 'security@company.com'],
    ['two addresses', () => AlarmSubscriber.email('a@b.com, c@d.com'), 'AlarmSubscriber.email', 'a@b.com, c@d.com', 'IR1', 'security@company.com'],
    ['a link to a mailbox', () => AlarmSubscriber.email('mailto:a@b.com'), 'AlarmSubscriber.email', 'mailto:a@b.com', 'IR1', 'security@company.com'],
    ['nothing', () => AlarmSubscriber.email(undefined as unknown as string), 'AlarmSubscriber.email', undefined, 'IR1', 'security@company.com'],
    ['a URL without TLS', () => AlarmSubscriber.https('http://events.example.com'), 'AlarmSubscriber.https', 'http://events.example.com', '312(e)(1)', "'https://"],
    ['a URL with a password', () => AlarmSubscriber.https('https://user:password@events.example.com'), 'AlarmSubscriber.https', 'https://user:password@events.example.com', '312(e)(1)', "'https://"],
    ['a host without a domain', () => AlarmSubscriber.https('https://localhost/'), 'AlarmSubscriber.https', 'https://localhost/', '312(e)(1)', "'https://"],
    ['a URL with a space', () => AlarmSubscriber.https('https://a.example.com/ b'), 'AlarmSubscriber.https', 'https://a.example.com/ b', '312(e)(1)', "'https://"],
    ['an ARN of another service', () => AlarmSubscriber.lambda('arn:aws:sns:us-east-1:123456789012:a'), 'AlarmSubscriber.lambda', 'arn:aws:sns:us-east-1:123456789012:a', 'AWS: arn', 'full ARN'],
    ['a layer, which nobody invokes', () => AlarmSubscriber.lambda('arn:aws:lambda:us-east-1:123456789012:layer:a:1'), 'AlarmSubscriber.lambda', 'arn:aws:lambda:us-east-1:123456789012:layer:a:1', 'IR1', 'function:page'],
  ])('refuses %s', (_what, action, path, value, rule, remedy) => {
    expectRefusal(action, { path, value, rule, remedy });
  });
});
