/** One class a Lambda function: its parts are built once, then it translates, calls and answers. */
package io.triggerflow.aws.handler;
