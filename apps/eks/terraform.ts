import { HipaaStack, HipaaTerraformApp } from '../../lib/terraform';
import { addIdentities } from './identities';
import { profile } from './profile';

const app = new HipaaTerraformApp(profile);
addIdentities(new HipaaStack(app, profile));
app.synth();
