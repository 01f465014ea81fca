/** AWS Lambda on one machine: {@link io.triggerflow.local.lambda.LambdaService}. */
package io.triggerflow.local.lambda;
