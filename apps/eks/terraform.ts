import { HipaaStack, HipaaTerraformApp } from '../../lib/terraform';
import { profile } from './profile';

const app = new HipaaTerraformApp(profile);
new HipaaStack(app, profile);
app.synth();
