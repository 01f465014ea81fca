/** Durable state in one DynamoDB table, with large bodies in S3. */
package io.triggerflow.aws.store;
