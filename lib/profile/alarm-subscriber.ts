import { checkArn, isTerraformToken } from './checks';
import { Errors } from './errors';

const EMAIL = /^[^\s@:]+@[^\s@:]+\.[^\s@:]+$/;
/** Without a user and a password before the host: they would be read in the state and the output. */
const HTTPS = /^https:\/\/[^\s/?#@]+\.[^\s/?#@]+([/?#]\S*)?$/;
const FUNCTION = /^arn:[^:]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[\w-]+(:[\w$-]+)?$/;

/** Whom an alarm reaches. */
export class AlarmSubscriber {
  /** A mailbox. Amazon SNS sends it a link first; until somebody opens it, no alarm arrives. */
  public static email(address: string): AlarmSubscriber {
    if (typeof address !== 'string' || !EMAIL.test(address)) {
      throw Errors.refused('AlarmSubscriber.email', 'the address is no mailbox', address, 'control IR1, 45 CFR 164.308(a)(6)(ii): an alarm reaches somebody', "use an address such as 'security@company.com'");
    }
    return new AlarmSubscriber('email', address);
  }

  /** An endpoint of a paging service, by TLS. */
  public static https(url: string): AlarmSubscriber {
    if (typeof url !== 'string' || !HTTPS.test(url)) {
      throw Errors.refused('AlarmSubscriber.https', 'the endpoint is no https URL', url, 'control IR1, 45 CFR 164.308(a)(6)(ii); 312(e)(1): an alarm travels by TLS', "use a URL such as 'https://events.example.com/integration/1'");
    }
    return new AlarmSubscriber('https', url);
  }

  /** A Lambda function, which lets `sns.amazonaws.com` invoke it. */
  public static lambda(functionArn: string): AlarmSubscriber {
    checkArn('AlarmSubscriber.lambda', 'functionArn', functionArn, 'lambda');
    if (!isTerraformToken(functionArn) && !FUNCTION.test(functionArn)) {
      throw Errors.refused('AlarmSubscriber.lambda', 'functionArn is the ARN of no function', functionArn, 'control IR1, 45 CFR 164.308(a)(6)(ii): an alarm reaches somebody', "use an ARN such as 'arn:aws:lambda:us-east-1:123456789012:function:page'");
    }
    return new AlarmSubscriber('lambda', functionArn);
  }

  public readonly protocol: string;
  public readonly endpoint: string;

  /** The endpoint as evidence names it: of a URL its host alone, as paging services write a key into the path. */
  public get description(): string {
    return this.protocol === 'https' ? `https://${this.endpoint.split(/[/?#]/)[2]}` : this.endpoint;
  }

  private constructor(protocol: string, endpoint: string) {
    this.protocol = protocol;
    this.endpoint = endpoint;
    Object.freeze(this);
  }
}
