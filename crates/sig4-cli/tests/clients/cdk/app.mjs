// An HTTP API whose default authorizer is IAM, in front of one function; `node app.mjs FOLDER` writes it into that folder.
// The second route lets a browser's preflight through, that of the API's own URL too: the default route would ask it for a
// signature.

import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { CorsHttpMethod, HttpApi, HttpMethod, HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';

const app = new App({ outdir: process.argv[2], analyticsReporting: true });
const stack = new Stack(app, 'Pets');
const handler = new NodejsFunction(stack, 'Echo', {
  entry: 'handler.mjs',
  depsLockFilePath: 'package-lock.json',
  runtime: Runtime.NODEJS_20_X,
});
const integration = new HttpLambdaIntegration('Integration', handler);
const api = new HttpApi(stack, 'Api', {
  defaultAuthorizer: new HttpIamAuthorizer(),
  defaultIntegration: integration,
  corsPreflight: {
    allowHeaders: ['Authorization', 'X-Amz-Date', 'Content-Type', 'x-requested-with'],
    allowMethods: [CorsHttpMethod.ANY],
    allowOrigins: ['http://localhost:5173'],
    maxAge: Duration.days(1),
  },
});
api.addRoutes({
  path: '/{proxy+}',
  methods: [HttpMethod.OPTIONS],
  integration,
  authorizer: new HttpNoneAuthorizer(),
});
new CfnOutput(stack, 'API_URL', { value: api.url });
app.synth();
