// The plugin from its sources: cdk8s' command line requires JavaScript.
require('tsx/cjs');
module.exports = require('../../../../lib/gate/cdk8s-plugin.ts');
