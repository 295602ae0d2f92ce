// REST APIs as the CDK writes them; `node rest.mjs FOLDER` writes them into that folder. The first has IAM by default, preflights for two
// origins, a resource policy and a gateway response. The second is a `LambdaRestApi` for a page of one origin, which reads refusals as well.

import { App, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';

const app = new App({ outdir: process.argv[2], analyticsReporting: false });
const iam = { authorizationType: apigateway.AuthorizationType.IAM };
const answering = (stack) =>
  new Function(stack, 'Echo', {
    runtime: Runtime.NODEJS_20_X,
    handler: 'index.handler',
    code: Code.fromInline(`exports.handler = async (e) => ({
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': 'http://localhost:5173' },
      body: JSON.stringify({
        resource: e.resource,
        method: e.httpMethod,
        path: e.path,
        body: e.body ? JSON.parse(e.body) : '',
        caller: e.requestContext.identity.userArn,
      }),
    });`),
  });
const statement = (effect, resources) =>
  new PolicyStatement({ effect, principals: [new AnyPrincipal()], actions: ['execute-api:Invoke'], resources });

const pets = new Stack(app, 'Pets');
const api = new apigateway.RestApi(pets, 'Api', {
  defaultMethodOptions: iam,
  defaultCorsPreflightOptions: { allowOrigins: ['http://localhost:5173', 'https://pets.example.com'], allowMethods: ['GET'] },
  policy: new PolicyDocument({
    statements: [statement(Effect.ALLOW, ['execute-api:/*']), statement(Effect.DENY, ['execute-api:/prod/GET/secret'])],
  }),
});
const refused = {
  type: apigateway.ResponseType.DEFAULT_4XX,
  responseHeaders: { 'Access-Control-Allow-Origin': "'*'" },
};
api.addGatewayResponse('Refused', refused);
const echo = new apigateway.LambdaIntegration(answering(pets));
api.root.addResource('pets').addResource('{id}').addMethod('GET', echo);
api.root.addResource('secret').addMethod('GET', echo);
api.root.addResource('open').addMethod('GET', echo, { authorizationType: apigateway.AuthorizationType.NONE });
api.root.addResource('key').addMethod('GET', echo, { apiKeyRequired: true });

const all = new Stack(app, 'All');
new apigateway.LambdaRestApi(all, 'Api', {
  handler: answering(all),
  defaultMethodOptions: iam,
  defaultCorsPreflightOptions: { allowOrigins: ['http://localhost:5173'] },
}).addGatewayResponse('Refused', refused);
app.synth();
